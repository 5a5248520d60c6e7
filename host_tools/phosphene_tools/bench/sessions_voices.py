# SPDX-License-Identifier: Apache-2.0
"""Who speaks in the sessions that are stitched from sound: an engine that no training heard, and recorded people."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.perception.audio.hearing import Hearing
from phosphene_tools.perception.speech_stores import FOLDS, Samples, recipes_importable, shipped, without

_LEVEL_DB: Final = -24.0
_LEAST_WORDS: Final = 4
_OTHER_WORDS: Final = {"cancel": "no", "okay": "yes"}
"""What somebody says instead who was not recorded saying it."""
Says = Callable[[Sequence[str]], Samples]
"""Makes sound of words: float32 at 16 kHz, full scale 1; nothing of words that can't be said."""


class Voices(Protocol):
    """People who can be drawn."""

    def draw(self, rng: random.Random, number: int) -> tuple[Says, frozenset[str] | None, Hearing]:
        """Return the voice of session `number`, the words it can say, None for any, and ears that never heard it."""
        ...


class Engine:
    """Debian's `flite`: four recorded people, synthesised by other means than any voice of the training."""

    def __init__(self) -> None:
        recipes_importable()
        from recipes.speech.engines import open_engine

        self._engine = open_engine("flite")
        # A session is played more than once, and people say again what was not heard.
        self._said = lru_cache(maxsize=256)(self._speak)
        self._hearing = shipped()

    def draw(self, rng: random.Random, number: int) -> tuple[Says, frozenset[str] | None, Hearing]:
        """Return one of its voices; it can say anything."""
        del number
        voice = self._engine.draw_voice(np.random.default_rng(rng.getrandbits(32)))
        return lambda words: self._said(" ".join(words), voice), None, self._hearing

    def _speak(self, text: str, voice: str) -> Samples:
        return _levelled(self._engine.speak(text, voice).samples)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One clip of somebody who says `word`."""

    word: str
    load: Callable[[], Samples]


@dataclass(slots=True)
class People:
    """Recordings of single words, joined to utterances. `people` are by fold, and by set: who wasn't recorded saying
    numbers lends somebody's voice for them.
    """

    people: list[dict[str, list[list[Recorded]]]]
    ears: Callable[[int], Hearing]

    def draw(self, rng: random.Random, number: int) -> tuple[Says, frozenset[str] | None, Hearing]:
        """Return one person of each set."""
        fold = number % len(self.people)
        clips: dict[str, list[Recorded]] = {}
        for persons in self.people[fold].values():
            mine: dict[str, list[Recorded]] = {}
            for clip in rng.choice(persons):
                mine.setdefault(clip.word, []).append(clip)
            for word, said in mine.items():
                clips.setdefault(word, said)
        joined = np.random.default_rng(rng.getrandbits(32))

        def say(words: Sequence[str]) -> Samples:
            from recipes.speech.splice import join

            instead = (word if word in clips else _OTHER_WORDS.get(word, word) for word in words)
            said = [_levelled(rng.choice(clips[word]).load()) for word in instead if word in clips]
            return join(said, joined)[0] if said else np.zeros(0, np.float32)

        return say, frozenset(clips), self.ears(fold)


def of_public_sets(data: Path) -> People:
    """Return the people of the public sets that hearing's card names, each heard by a network without them.

    Raises PhospheneError when they aren't laid out so.
    """
    recipes_importable()
    from recipes.speech.recordings import load, read_recordings

    people: list[dict[str, dict[str, list[Recorded]]]] = [{} for _ in range(FOLDS)]
    for one in read_recordings(data):
        if one.kind == "word" and one.word is not None:
            persons = people[one.fold].setdefault(one.set, {})
            clip = Recorded(one.word, lambda one=one: load(one))
            persons.setdefault(one.speaker, []).append(clip)
    listed = [{name: _talkative(persons) for name, persons in sets.items()} for sets in people]
    return People([{name: some for name, some in sets.items() if some} for sets in listed], lru_cache(without))


def of_own_words(folder: Path) -> People:
    """Return whoever is recorded in `folder/WORD/*.wav|flac`, as one person, whom no network heard."""
    recipes_importable()
    from recipes.speech.recordings import folder_of_words, load

    clips = [Recorded(one.word, lambda one=one: load(one)) for one in folder_of_words(folder) if one.word is not None]
    if len({clip.word for clip in clips}) < _LEAST_WORDS:
        cure = "name the folders after words of `phosphene.perception.audio.Hearing.load().vocabulary`: yes, no, up, …"
        raise PhospheneError("too few words that the network knows", place=str(folder), cure=cure)
    hearing = shipped()
    return People([{"own": [clips]}], lambda _: hearing)


def _talkative(persons: dict[str, list[Recorded]]) -> list[list[Recorded]]:
    """Those who said most of what anybody of the set said: tasks are made of a person's words."""
    most = max(len({clip.word for clip in clips}) for clips in persons.values())
    said = [clips for _, clips in sorted(persons.items())]
    return [clips for clips in said if len({clip.word for clip in clips}) >= 0.6 * most]


def _levelled(samples: Samples) -> Samples:
    """Without the silence around it, as loud as speech is."""
    from recipes.speech.sound import level_db, trim

    said = trim(samples)[0]
    said = said * np.float32(10 ** ((_LEVEL_DB - level_db(said)) / 20))
    return (said * min(1.0, 0.95 / max(float(np.abs(said).max(initial=0)), 1e-6))).astype(np.float32)
