# SPDX-License-Identifier: Apache-2.0
"""Hearing: blocks of sound in, and per hop of 80 ms what was heard in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np

from phosphene.accelerators import Accelerator, ModelError
from phosphene.errors import PhospheneError
from phosphene.models import model_file
from phosphene.perception.audio import overheard, second_look
from phosphene.perception.audio.enrolment import Enrolled, enrol, vector_of, vectors
from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.evidence import COUNT
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.front import Chances, Front
from phosphene.perception.audio.graphs import NOTHING
from phosphene.perception.audio.listener import Change, Listener
from phosphene.perception.audio.second_look import SecondLook
from phosphene.perception.audio.settings import Settings
from phosphene.perception.percepts import Heard, Word
from phosphene.sensors.blocks import Sound

# As long as a word that was enrolled may last, with its pause.
_LATELY_HOPS: Final = 40


class Hearing:
    """Hears words of a fixed vocabulary. Not for several threads at once; one for each microphone."""

    def __init__(self, scorer: Ensemble, second: SecondLook, settings: Settings) -> None:
        weighed = [len(settings.weights), len(settings.weights_expected), len(settings.weights_looked)]
        if weighed != [COUNT, COUNT, COUNT + second_look.COUNT]:
            raise ModelError(
                f"the thresholds weigh {weighed[0]}, {weighed[1]} and {weighed[2]} numbers of a word, "
                f"which has {COUNT}, and {second_look.COUNT} more by a second look",
                cure="install phosphene again, or: phosphene models build hearing --data DIR",
            )
        if len(settings.weights_overheard) != overheard.COUNT:
            raise ModelError(
                f"the thresholds weigh {len(settings.weights_overheard)} numbers of an utterance, which has "
                f"{overheard.COUNT}",
                cure="install phosphene again, or: phosphene models build hearing --data DIR",
            )
        self._scorer, self._settings = scorer, settings
        self._front = Front(scorer, settings.temperature)
        self._listener = Listener(settings, second)
        self._enrolled: dict[str, Enrolled] = {}
        self._lately: deque[tuple[float, Float, Float]] = deque(maxlen=_LATELY_HOPS)

    @classmethod
    def load(
        cls,
        vocabulary: Iterable[str] | None = None,
        *,
        folder: Path | None = None,
        accelerator: Accelerator | None = None,
    ) -> Self:
        """Load the graphs and thresholds in `folder`, by default the ones that come with Phosphene.

        With `vocabulary`, only these of its words are listened to. Raises ModelError for a damaged graph, ConfigError
        for a missing file, PhospheneError for a word that the network doesn't know.
        """
        place = model_file("hearing", "thresholds.toml").parent if folder is None else folder
        settings = Settings.load(place / "thresholds.toml")
        hearing = cls(
            Ensemble.load(place, settings.words, accelerator), SecondLook.load(place, settings.words), settings
        )
        if vocabulary is not None:
            hearing.expect(words=vocabulary)
        return hearing

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """All words that the network knows."""
        return self._settings.words

    def reset(self) -> None:
        """Forget what was heard, as if the microphone had just been opened. What is expected stays."""
        self._front.reset()
        self._listener.reset()
        self._lately.clear()

    def expect(self, words: Iterable[str] | None = None, grammar: Sequence[str] | None = None) -> None:
        """Say what utterances may be from the next one on, by the state of the device; without arguments, anything.

        `words` is a set in any order. `grammar` are phrases such as ``set timer <number> (minutes|seconds)``, with
        ``[…]`` around what may be left out; ``<number>`` is a whole number up to 999, or a decimal. Other words are
        then heard as talk that isn't for us. Raises PhospheneError for a word that the network doesn't know, and for
        a phrase that can't be read.
        """
        self._listener.expect(words, grammar)

    def overhear(self, calls: Iterable[str]) -> None:
        """Say that nobody is known to speak to the device, until `expect` is called again.

        Then words are committed only when a name of `calls` is among them, such as ``set timer``, and the utterance
        is believed as a whole; nothing is provisional, and words that were enrolled aren't heard. Somebody who turns
        to the device while they speak is heard from the beginning: what `expect` says holds for that utterance, too.
        A name with a word that the network doesn't know is none, but for little ones (``the``).
        """
        self._listener.overhear(overheard.Calls(calls, self._settings.words))

    def enrol(self, word: str, clips: Sequence[Float], others: Sequence[Float]) -> None:
        """Hear one word or phrase more; see `enrol_all`."""
        self.enrol_all({word: clips}, others)

    def enrol_all(self, clips: Mapping[str, Sequence[Float]], others: Sequence[Float]) -> None:
        """Hear words or phrases more, each alone in an utterance: clips by what they say; `others` say something else.

        Clips are float32 at 16 kHz. A phrase is heard as its words. The stream begins anew. Raises PhospheneError when
        the network has a word, or hardly any of its clips has speech.
        """
        for word in clips:
            if word in self._settings.words:
                cure = "enrol words that `Hearing.vocabulary` lacks"
                raise PhospheneError(f"'{word}' is in the vocabulary", cure=cure)
        rest = vectors(self._scorer, others)
        mine = {word: vectors(self._scorer, theirs) for word, theirs in clips.items()}
        for word, its in mine.items():
            unlike = [one for other, theirs in mine.items() if other != word for one in theirs]
            self._enrolled[word] = enrol(word, its, [*rest, *unlike])
        self.reset()

    def hear(self, sound: Sound) -> tuple[Heard, ...]:
        """Take a block of sound and return what the hops said that it completes, oldest first.

        The block may be of any length. Lost samples are filled in when they are few; more of them end the utterance.
        """
        return tuple(self._hop(hop) for hop in self._front.add(sound))

    def _hop(self, hop: Chances) -> Heard:
        change = Change()
        if hop.broken:
            change = self._listener.end()
            self._listener.forget()
            self._lately.clear()
        speech = 0.0
        if len(hop.columns):
            idle = hop.columns[:, NOTHING]
            speech = float(1 - np.exp(idle.min()))
            if self._enrolled:
                self._lately.append((hop.end_s, hop.codes, idle))
            more = self._listener.hop(hop.columns, hop.frames, hop.end_s, hop.level_db)
        else:
            more = self._listener.end()
        nearest = self._nearest(more.began_s) if more.ended and self._enrolled and not more.overheard else ()
        if nearest and len(more.words) <= len(nearest):
            # What the network made of words that it doesn't know gives way to what was enrolled.
            change.add(nearest, [*more.withdrawn, *(word.number for word in more.words)])
        else:
            change.add(more.words, more.withdrawn)
        ended = change.ended or more.ended
        return Heard(hop.end_s, hop.level_db, speech, tuple(change.words), tuple(change.withdrawn), ended)

    def _nearest(self, since_s: float) -> tuple[Word, ...]:
        """Return the words of the enrolled phrase that an utterance was, if it was one."""
        heard = [part for part in self._lately if part[0] >= since_s]
        if not heard:
            return ()
        speaking = np.concatenate([idle for _, _, idle in heard]) < np.log(0.5)
        vector = vector_of(np.concatenate([codes for _, codes, _ in heard]), speaking)
        if vector is None:
            return ()
        one = max(self._enrolled.values(), key=lambda each: each.likeness(vector) - each.nearest)
        beyond = one.likeness(vector) - one.nearest
        if beyond <= 0:
            return ()
        sure = min(1.0, 0.5 + beyond / max(1 - one.nearest, 1e-3) / 2)
        said = one.word.split()
        ends = np.linspace(since_s, heard[-1][0], len(said) + 1)
        return tuple(
            Word(self._listener.number(), word, float(begin), float(end), sure, True)
            for word, begin, end in zip(said, ends, ends[1:], strict=False)
        )
