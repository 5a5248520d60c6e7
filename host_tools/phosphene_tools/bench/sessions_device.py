# SPDX-License-Identifier: Apache-2.0
"""Sessions on whole devices: whether any value that stood on a screen was wrong, or stood there after its source had
gone.
"""

from __future__ import annotations

import asyncio
import random
from functools import lru_cache, partial
from typing import Any, Final

from phosphene.errors import LineError
from phosphene.policy.policy import Policy
from phosphene_tools.bench.sessions_many import Many, Told
from phosphene_tools.bench.sessions_outcome import spread
from phosphene_tools.bench.sessions_seat import Seat, seat
from phosphene_tools.bench.sessions_shown import judge, used
from phosphene_tools.bench.sessions_unplugged import CUTS, Cut, cut_off
from phosphene_tools.bench.sessions_visitor import Visitor

_GOALS: Final = (2, 5)
_ERRORS: Final = (0.0, 0.1, 0.2)
_SOMETHING_S: Final = 6.0
_MOST_NAMED: Final = 10


def figures(many: Many, screens: int, cuts: int, seed: int) -> dict[str, Any]:
    """Return `wrong_shown` of `screens` sessions, and of `cuts` sessions in which the line is cut `unplugged`."""
    looked = many.play("screens", partial(session, seed), screens)
    cut = many.play("cuts", partial(cut_session, seed), cuts)
    every = [*looked, *cut]
    wrong = [text for told in every for text in told["wrong"]]
    gone = {how: [told for told in cut if told["how"] == how] for how in CUTS}
    return {
        "wrong_shown": len(wrong),
        "shown": {
            "sessions": len(every),
            "screens": sum(told["screens"] for told in every),
            "values": sum(told["values"] for told in every),
            "asked_again": sum(told["asked_again"] for told in every),
        }
        | ({"wrong": wrong[:_MOST_NAMED]} if wrong else {}),
        "unplugged": {
            "sessions": len(cut),
            "values_shown": sum(told["values_shown"] for told in cut),
            "with_values": sum(told["stood"] > 0 for told in cut),
            "gone_after_ms": {
                how: spread([one["gone_ms"] for one in told if one["stood"]]) for how, told in gone.items()
            },
        },
    }


def session(seed: int, number: int) -> Told:
    """Play session `number` on a device of its own; return what was shown, and what of it was wrong."""
    return asyncio.run(_session(seed, number))


def cut_session(seed: int, number: int) -> Told:
    """The same, and at a moment of the dice the line is cut."""
    return asyncio.run(_cut_session(seed, number))


async def _session(seed: int, number: int) -> Told:
    rng = random.Random(f"{seed}.screens.{number}")
    async with seat(_policy()) as here:
        await _visit(rng, here, number)
        return await verdict(here)


async def _visit(rng: random.Random, here: Seat, number: int) -> None:
    visitor = Visitor(rng, here, _ERRORS[number % len(_ERRORS)])
    for _ in range(rng.randint(*_GOALS)):
        await visitor.ask()
    await visitor.leave()


async def _cut_session(seed: int, number: int) -> Told:
    rng = random.Random(f"{seed}.cuts.{number}")
    async with seat(_policy()) as here:
        how = CUTS[number % len(CUTS)]
        visiting = asyncio.create_task(_visit(rng, here, number))
        for seconds in (rng.uniform(0.0, 1.0), 0.0):
            await here.until(lambda _: here.holds_values, _SOMETHING_S)
            await asyncio.sleep(seconds)
        visiting.cancel()
        await asyncio.gather(visiting, return_exceptions=True)
        cut: Cut = await cut_off(here, how)
        return await verdict(here) | {"how": how} | cut.as_dict()


async def verdict(here: Seat) -> Told:
    """Judge every screen of a session. What follows from its arguments alone, the board is asked for once more."""
    values, wrong, again = 0, list[str](), dict[str, Any]()
    answers = here.witness.answers
    for shot in here.shots:
        judged = judge(shot, answers, here.dictionary, here.said)
        values += judged.values
        wrong += judged.wrong
        for answer in used(shot, answers, here.dictionary):
            again[f"{answer.task.name} {dict(answer.arguments)}"] = answer
    for name, answer in again.items():
        try:
            results = await here.mcu.call(answer.task.name, dict(answer.arguments))
        except LineError as error:
            wrong.append(f"{name}: asked again, {error.message}")
            continue
        if dict(results) != dict(answer.results):
            wrong.append(f"{name}: asked again, {dict(results)} and not {dict(answer.results)}")
    return {"screens": len(here.shots), "values": values, "asked_again": len(again), "wrong": wrong}


@lru_cache(maxsize=1)
def _policy() -> Policy:
    return Policy.load()
