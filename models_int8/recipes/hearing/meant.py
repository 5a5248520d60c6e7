# SPDX-License-Identifier: Apache-2.0
"""Utterances that are meant for the device and utterances that are not, as hearing judges them when it overhears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.front import Front
from phosphene.perception.audio.graphs import COLUMN_FRAMES, HOP_COLUMNS
from phosphene.perception.audio.hops import HOP_S
from phosphene.perception.audio.listener import Change
from phosphene.perception.audio.settings import Settings
from phosphene_tools.perception.streamed import Committing, chances, changes
from recipes.hearing.trials import Trial, padded
from recipes.speech.babble import streams
from recipes.speech.channel import at_snr
from recipes.speech.hard_noise import HardNoise
from recipes.speech.noise import TrainingNoise
from recipes.speech.sound import RATE, from_int16
from recipes.speech.store import Clips

# What of each kind is heard, clean and again in noise.
_MOST: Final = {"commands": 200, "words": 160}
_SNR_DB: Final = 10.0
_WORDS_OF_PEOPLE: Final = 4


@dataclass(frozen=True, slots=True)
class Told:
    """An utterance that could be a call: its words, and what it is judged by [8]."""

    words: tuple[str, ...]
    numbers: NDArray[np.float64]


class _Watched(Committing):
    """Keeps what each utterance would be judged by, as if every row of words were a call."""

    def reset(self) -> None:
        super().reset()
        self.told: list[Told] = []

    def end(self) -> Change:
        if self.utterance is not None:
            words, numbers = self.utterance.told()
            if words:
                self.told.append(Told(tuple(self._settings.words[spelt.word] for spelt in words), numbers))
            self.utterance = None
        return Change()


def of_talk(front: Front, settings: Settings, speech: Path, store: str) -> Iterator[tuple[float, list[Told]]]:
    """Yield for each minute of talk its seconds, and the utterances with a word in it."""
    for stream in streams(speech, store):
        listener = _Watched(settings, None)
        for _ in changes(listener, chances(front, stream.samples)):
            pass
        yield len(stream.samples) / RATE, listener.told


def of_clips(
    front: Front, settings: Settings, speech: Path, *, noisy: bool
) -> Iterator[tuple[tuple[str, ...], list[Told]]]:
    """Yield for clips in kept voices the words that were said, and the utterances that they were heard as."""
    talk = Clips(speech / "espeak-talk", "dev")
    crowd = [from_int16(talk.samples(number)) for number in range(min(40, len(talk)))]
    noises, rng = (TrainingNoise(), HardNoise(crowd)), np.random.default_rng(0)
    for engine in ("espeak", "hibari"):
        for kind, most in _MOST.items():
            store = Clips(speech / f"{engine}-{kind}", "dev")
            for place, number in enumerate(np.random.default_rng(0).permutation(len(store))[:most]):
                clip = store.entries[int(number)]
                samples = padded(from_int16(store.samples(int(number))))
                if noisy:
                    samples = at_snr(samples, noises[place % 2].draw(len(samples), rng), _SNR_DB)
                listener = _Watched(settings, None)
                for _ in changes(listener, chances(front, samples)):
                    pass
                yield tuple(word for word in clip.words if word), listener.told


def of_people(trials: Sequence[Trial], settings: Settings) -> Iterator[tuple[tuple[str, ...], list[Told]]]:
    """Yield the same for the trials of a fold: words in a row, and some of the single ones."""
    single = 0
    for trial in trials:
        single += trial.kind == "word"
        in_a_row = trial.kind.startswith(("splice-", "crowded-"))
        if not in_a_row and not (trial.kind == "word" and single % _WORDS_OF_PEOPLE == 0):
            continue
        listener = _Watched(settings, None)
        for at in range(0, len(trial.columns), HOP_COLUMNS):
            end_s, level = (at + HOP_COLUMNS) * HOP_S / HOP_COLUMNS, float(trial.levels[at // HOP_COLUMNS])
            frames = trial.frames[at * COLUMN_FRAMES : (at + HOP_COLUMNS) * COLUMN_FRAMES]
            listener.hop(trial.columns[at : at + HOP_COLUMNS], frames, end_s, level)
        listener.end()
        yield trial.words, listener.told


def right(heard: Iterable[tuple[tuple[str, ...], list[Told]]]) -> list[Told]:
    """Return the utterances that were heard as they were said, and were one."""
    return [told[0] for said, told in heard if len(told) == 1 and told[0].words == said]
