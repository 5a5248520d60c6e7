# SPDX-License-Identifier: Apache-2.0
"""Hours in which nobody wants anything of the device: talk beside it, and ten hours of little at all."""

from __future__ import annotations

import random
from typing import Any, Final

from phosphene.policy.dialogue import Call
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.policy import Policy, State
from phosphene_tools.bench import sessions_words as words
from phosphene_tools.bench.sessions_ear import Ear
from phosphene_tools.sessions.stage import Stage, Steps

_BABBLE_S: Final = 2 * 3600.0
_AGE_S: Final = 10 * 3600.0
_ERRORS: Final = 0.1


def babble(policy: Policy, seed: int) -> dict[str, Any]:
    """Two hours of talk, one sentence after the other, half of the time with somebody who looks on."""
    rng = random.Random(f"{seed}.babble")
    stage = Stage(Lexicon(words.tasks(rng)))
    began = stage.now_s
    _run(policy, State.fresh(), _talk(stage, rng, began + _BABBLE_S))
    effects = sum(done.effect for done in stage.done)
    calls = sum(isinstance(done.wish, Call) for done in stage.done)
    hours = round((stage.now_s - began) / 3600, 2)
    return {"hours": hours, "unasked_effects": effects, "calls": calls}


def aged(policy: Policy, seed: int) -> State:
    """Return the policy's state after ten hours of silence with talk now and then."""
    rng = random.Random(f"{seed}.age")
    stage = Stage(Lexicon(words.tasks(rng)))
    return _run(policy, State.fresh(), _silence(stage, rng, stage.now_s + _AGE_S))


def _run(policy: Policy, state: State, steps: Steps) -> State:
    situation = next(steps)
    while True:
        decision, state = policy.decide(situation, state)
        try:
            situation = steps.send(decision)
        except StopIteration:
            return state


def _talk(stage: Stage, rng: random.Random, until_s: float) -> Steps:
    ear = Ear(rng, _ERRORS, [*stage.lexicon.number, "yes", "no", "stop"])
    while stage.now_s < until_s:
        stage.look(rng.random() < 0.7, rng.choice((0.0, 0.2, 0.7, 0.9)), rng.uniform(50, 300))
        yield from stage.say(ear.hear(_sentence(rng).split()))
        yield from stage.wait(rng.uniform(0.0, 2.0))


def _silence(stage: Stage, rng: random.Random, until_s: float) -> Steps:
    ear = Ear(rng, _ERRORS, [*stage.lexicon.number, "yes", "no", "stop"])
    while stage.now_s < until_s:
        stage.look(rng.random() < 0.3, rng.choice((0.0, 0.0, 0.3)), 200.0)
        yield from stage.wait(rng.uniform(300, 1800))
        yield from stage.say(ear.hear(_sentence(rng).split()))


def _sentence(rng: random.Random) -> str:
    parts = {"thing": rng.choice(words.THINGS), "deed": rng.choice(words.DEEDS)}
    return rng.choice(words.CHATTER).format(**parts)
