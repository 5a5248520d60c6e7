# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench sessions`: people, words and mishearings that no training saw; the policy beside thirty rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import phosphene
from phosphene.line.dictionary import Dictionary, Task
from phosphene.models import folder
from phosphene.policy.policy import Policy, State
from phosphene_tools.bench import sessions_audio, sessions_device
from phosphene_tools.bench.sessions_many import Many, Told
from phosphene_tools.bench.sessions_outcome import Outcome, by_word_error, needless_questions, reached_unseen, summary
from phosphene_tools.bench.sessions_play import play, somebody
from phosphene_tools.bench.sessions_quiet import aged, babble
from phosphene_tools.bench.sessions_rules import Rules
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor

_DRIFT_SESSIONS: Final = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play. None of `audio` (sessions from sound), `screens` (on whole devices)
    and `cuts` (on whole devices whose line is cut) is a share of `sessions`.
    """

    sessions: int = 10_000
    seed: int = 1
    jobs: int = 1
    audio: int | None = None
    screens: int | None = None
    cuts: int | None = None
    data: Path | None = None
    words_dir: Path | None = None
    kept: Path | None = None
    quiet: bool = False


def run(plan: Plan) -> dict[str, Any]:
    """Play the sessions with the policy, and the same with the rules; return the figures.

    Raises PhospheneError for a file of kept sessions that is none, and what a simulated board fails with.
    """
    many = Many(_fingerprint(plan), plan.jobs, plan.kept, plan.quiet)
    parts = {who: many.play(who, partial(session, who, plan.seed), plan.sessions) for who in ("policy", "rules")}
    ours, rules = ([Outcome.of(told) for told in parts[who]] for who in ("policy", "rules"))
    audio, screens, cuts = (
        max(1, plan.sessions // share) if asked is None else asked
        for asked, share in ((plan.audio, 20), (plan.screens, 50), (plan.cuts, 100))
    )
    figures = summary(ours)
    figures["needless_questions"] = needless_questions(ours)
    figures["reached_unseen_tasks"] = reached_unseen(ours)
    figures |= sessions_device.figures(many, screens, cuts, plan.seed)
    figures["by_word_error"] = by_word_error(ours)
    figures["rules"] = summary(rules) | {"by_word_error": by_word_error(rules)}
    figures["audio"] = sessions_audio.figures(many, audio, plan.seed, plan.data, plan.words_dir)
    figures["babble"] = babble(_policy(), plan.seed)
    figures["ten_hours"] = {"drift": _drift(plan, ours)}
    return figures


def session(who: str, seed: int, number: int) -> Told:
    """Play session `number` with the policy or the rules."""
    person = somebody(_own(), seed, number)
    played = play(Rules(), None, person) if who == "rules" else play(_policy(), State.fresh(), person)
    return played.as_dict()


def _drift(plan: Plan, ours: list[Outcome]) -> float:
    """The share of sessions that come out another way after ten hours of little."""
    old, first = aged(_policy(), plan.seed), ours[:_DRIFT_SESSIONS]
    others = (play(_policy(), old, somebody(_own(), plan.seed, number)) for number in range(len(first)))
    drifted = sum(other.reached != fresh.reached for other, fresh in zip(others, first, strict=True))
    return round(drifted / len(first), 4)


def _fingerprint(plan: Plan) -> str:
    """What the sessions depend on: seed, graphs, the firmware's tasks, the code of device and bench, the voices."""
    found = hashlib.sha256(build_dictionary(coprocessor())[0])
    for path in sorted(_sources()):
        found.update(path.name.encode() + path.read_bytes())
    return f"{found.hexdigest()[:16]} seed {plan.seed} {plan.data or ''} {plan.words_dir or ''}"


def _sources() -> Iterator[Path]:
    yield from folder().glob("*/**/*.tflite")
    yield from folder().glob("hearing/**/*.toml")
    yield from Path(phosphene.__file__).parent.rglob("*.py")
    here = Path(__file__).parent
    yield from here.glob("sessions*.py")
    yield from (here.parent / "sessions").glob("*.py")


@lru_cache(maxsize=1)
def _own() -> tuple[Task, ...]:
    return tuple(task for task in Dictionary.parse(build_dictionary(coprocessor())[0]).tasks if task.says)


@lru_cache(maxsize=1)
def _policy() -> Policy:
    return Policy.load()
