# SPDX-License-Identifier: Apache-2.0
"""Sessions stitched from sound: people whom no training heard, through the device's hearing, to its policy."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.line.schema import Field
from phosphene.policy.decision import Words
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.number_words import KINDS
from phosphene.policy.policy import Policy, State
from phosphene_tools.bench import sessions_audio_words as audio_words
from phosphene_tools.bench.sessions_many import Many, Told
from phosphene_tools.bench.sessions_outcome import Outcome, summary
from phosphene_tools.bench.sessions_people import Person
from phosphene_tools.bench.sessions_play import play
from phosphene_tools.bench.sessions_rules import Rules
from phosphene_tools.bench.sessions_sound import ClearStage, Room, SoundStage
from phosphene_tools.bench.sessions_voices import Engine, Voices, of_own_words, of_public_sets
from phosphene_tools.sessions.stage import Spoken, Stage

NOISES: Final = {"quiet": 46.0, "20_db": 20.0, "10_db": 10.0}
"""How far noise is below speech; sessions take them in turn."""
WHO: Final = ("policy", "rules", "perfect_words")
"""What decides. With perfect words it is the policy, and every word is heard right: what then still fails is not
hearing's."""
_SURE: Final = 0.97


class _Clear:
    """Takes words as they are: that they are misheard is the ears' doing here."""

    def hear(self, words: Sequence[str]) -> list[Spoken]:
        return [Spoken(word, _SURE) for word in words]


@dataclass(slots=True)
class Speaker(Person):
    """A person of the bench who wants what can be said in words that the device's ears know."""

    sayable: frozenset[str] = field(kw_only=True)
    on: Callable[[Lexicon], Stage] = field(kw_only=True)

    def __post_init__(self) -> None:
        self.stage = self.on(Lexicon(audio_words.tasks(self.rng, self.sayable)))
        self.ear = _Clear()

    def _value(self, argument: Field) -> Words:
        if argument.kind not in KINDS:
            return (self.rng.choice(argument.choices),)
        units = audio_words.units(argument.unit, self.sayable)
        number = (self.rng.choice(audio_words.numbers(self.sayable)),)
        return (*number, self.rng.choice(units)) if units and self.rng.random() < 0.6 else number


@dataclass(frozen=True, slots=True)
class Source:
    """Where voices come from: `engine`, or a folder of recordings, laid out in the one way or the other."""

    name: str
    folder: Path | None = None

    def open(self) -> Voices:
        """Return its voices. Raises PhospheneError when they aren't there."""
        match self.name, self.folder:
            case "data", Path() as folder:
                return of_public_sets(folder)
            case "words_dir", Path() as folder:
                return of_own_words(folder)
            case _:
                return Engine()


def session(source: Source, seed: int, number: int) -> Told:
    """Play session `number` with each of WHO; return the outcomes, and how many words the policy's ears heard right."""
    told: Told = {"noise": tuple(NOISES)[number % len(NOISES)]}
    for who in WHO:
        person = _speaker(source, who, seed, number)
        outcome = play(Rules(), None, person) if who == "rules" else play(_policy(), State.fresh(), person)
        told[who] = outcome.as_dict()
        if who == "policy" and isinstance(person.stage, SoundStage):
            told |= {"free": asdict(person.stage.free), "bound": asdict(person.stage.bound)}
    return told


def _speaker(source: Source, who: str, seed: int, number: int) -> Speaker:
    """The person of session `number`: the same voice in the same noise with the same wishes for each of WHO."""
    rng = random.Random(f"{seed}.{source.name}.{number}")
    says, words, hearing = _voices(source).draw(rng, number)
    sayable = frozenset(hearing.vocabulary) & words if words is not None else frozenset(hearing.vocabulary)
    room = Room(np.random.default_rng(rng.getrandbits(32)), tuple(NOISES.values())[number % len(NOISES)])
    on = partial(SoundStage, says=says, sayable=sayable, hearing=hearing, room=room)
    if who == "perfect_words":
        on = partial(ClearStage, sayable=sayable)
    return Speaker(rng, (), 0.0, sayable=sayable, on=on)


def figures(many: Many, sessions: int, seed: int, data: Path | None, words_dir: Path | None) -> dict[str, Any]:
    """Return the figures of `sessions` sessions in all, of each source of voices as many, and of each by itself.

    A source that isn't there is None, and `skipped` says why.
    """
    skipped: dict[str, str] = {}
    there: list[Source] = []
    for source in (Source("flite"), Source("data", data), Source("words_dir", words_dir)):
        if source.name != "flite" and source.folder is None:
            skipped[source.name] = f"no recordings were named: --{source.name.replace('_', '-')} DIR"
            continue
        try:
            source.open()
        except PhospheneError as error:
            skipped[source.name] = str(error)
            continue
        there.append(source)
    found: dict[str, list[Told]] = {}
    for place, source in enumerate(there):
        count = (sessions + place) // len(there)
        found[source.name] = many.play(f"sound, {source.name}", partial(session, source, seed), count)
    every = [told for parts in found.values() for told in parts]
    whole: dict[str, Any] = _figures(every) if every else {"sessions": None, "reached": None}
    for name in ("flite", "data", "words_dir"):
        whole[name] = _figures(found[name]) if found.get(name) else None
    return whole | ({"skipped": skipped} if skipped else {})


def _figures(told: list[Told]) -> dict[str, Any]:
    outcomes = {who: [Outcome.of(one[who]) for one in told] for who in WHO}
    ours, perfect = summary(outcomes["policy"]), summary(outcomes["perfect_words"])
    missed, without_ears = 1 - (ours["reached"] or 0), 1 - (perfect["reached"] or 0)
    by_noise = {noise: [Outcome.of(one["policy"]) for one in told if one["noise"] == noise] for noise in NOISES}
    return ours | {
        "by_noise": {noise: summary(some) for noise, some in by_noise.items()},
        "words": {
            "anything_expected": _words([one["free"] for one in told]),
            "some_expected": _words([one["bound"] for one in told]),
        },
        "perfect_words": perfect,
        "misses_of_hearing": round(1 - without_ears / missed, 4) if missed else None,
        "rules": summary(outcomes["rules"]),
    }


def _words(counted: Sequence[dict[str, int]]) -> dict[str, Any]:
    said, right = (sum(one[name] for one in counted) for name in ("said", "right"))
    return {
        "said": said,
        "right": round(right / said, 4) if said else None,
        "put_in": sum(one["put_in"] for one in counted),
    }


@lru_cache(maxsize=4)
def _voices(source: Source) -> Voices:
    return source.open()


@lru_cache(maxsize=1)
def _policy() -> Policy:
    return Policy.load()
