# SPDX-License-Identifier: Apache-2.0
"""Whole devices in the bench: what they show is right and goes with the line; where it isn't, it is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from phosphene.exact import Results
from phosphene.line.events import LinkState
from phosphene.loop import loop
from phosphene.painter.scene import Fact
from phosphene.painter.text_tree import Node
from phosphene.policy.policy import Policy
from phosphene.prove import prover
from phosphene.prove.facts import facts_of
from phosphene_tools.bench.sessions_device import verdict
from phosphene_tools.bench.sessions_many import Told
from phosphene_tools.bench.sessions_seat import Seat, seat
from phosphene_tools.bench.sessions_shown import Screenshot
from phosphene_tools.bench.sessions_unplugged import DEADLINE_S, Cut, cut_off, judged
from tests.broker.desk import run_time_folder

__all__ = ["run_time_folder"]

LINE = "exact.integer 6 * 7"
BOX = (0, 0, 8, 8)


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The graphs in this tree."""
    return Policy.load()


async def product(here: Seat) -> None:
    """Ask for six times seven, and wait until it stands there."""
    here.type(LINE)
    for _ in range(1000):
        if here.holds_values:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("no value was shown")


def told(policy: Policy, tampered: Callable[[Seat], None] | None = None) -> Told:
    """Return what is said of a session in which six times seven is asked for."""

    async def run() -> Told:
        async with seat(policy) as here:
            await product(here)
            if tampered is not None:
                tampered(here)
            return await verdict(here)

    return asyncio.run(run())


def test_what_a_device_shows_is_what_its_board_said(policy: Policy) -> None:
    found = told(policy)
    assert found["wrong"] == []
    assert found["values"] >= 2
    assert found["asked_again"] == 1


def test_a_digit_that_changed_on_its_way_to_the_screen_is_counted(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(results: Results, given: Mapping[str, str], *, age_s: float = 0.0, live: bool = False) -> list[Fact]:
        facts = facts_of(results, given, age_s=age_s, live=live)
        return [replace(fact, value=fact.value.replace("42", "43")) for fact in facts]

    monkeypatch.setattr(prover, "facts_of", other)
    assert any("'43'" in wrong for wrong in told(policy)["wrong"])


def test_an_answer_that_the_board_does_not_give_again_is_counted(policy: Policy) -> None:
    def tampered(here: Seat) -> None:
        """The line said 41 the first time, and the screen with it."""
        here.witness.answers = [
            replace(a, results={**a.results, "value": 41}) if a.task.name == "exact.integer" else a
            for a in here.witness.answers
        ]
        here.shots = [
            replace(shot, nodes=tuple(replace(n, text=n.text.replace("42", "41")) for n in shot.nodes))
            for shot in here.shots
        ]

    (wrong,) = told(policy, tampered)["wrong"]
    assert "asked again" in wrong


def cut(policy: Policy, how: str) -> Cut:
    """Return what became of six times seven when the line was cut."""

    async def run() -> Cut:
        async with seat(policy) as here:
            await product(here)
            found = await cut_off(here, how)
            assert (await verdict(here))["wrong"] == []
            return found

    return asyncio.run(run())


@pytest.mark.parametrize("how", ["pulled", "silent"])
def test_values_go_with_the_line(policy: Policy, how: str) -> None:
    found = cut(policy, how)
    assert found.stood == 2
    assert found.values_shown == 0


def test_a_question_goes_with_a_line_that_says_nothing_of_it(policy: Policy) -> None:
    """Nobody asks the board again for what waits for a yes."""

    async def run() -> Cut:
        async with seat(policy) as here:
            here.type("pwm.run led 100 50 900")
            assert await here.until(lambda _: here.holds_values, 20)
            assert here.shots[-1].heading == "dim?"
            return await cut_off(here, "silent")

    found = asyncio.run(run())
    assert found.stood > 0
    assert found.values_shown == 0


def test_values_that_stay_when_the_cable_is_pulled_are_counted(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "THERE", tuple(LinkState))  # a loop that doesn't notice
    found = cut(policy, "pulled")
    assert found.values_shown == 2
    assert found.gone_ms > 1000 * DEADLINE_S["pulled"]


def screen(at_s: float, *keys: str) -> Screenshot:
    """A screen with values of these keys."""
    return Screenshot(at_s, tuple(Node("text", key, "42", BOX) for key in keys))


@pytest.mark.parametrize(
    ("shots", "expected"),
    [
        ([screen(0.0, "a"), screen(5.2)], (1, 200, 0)),
        ([screen(0.0, "a", "b"), screen(6.5, "a"), screen(6.9)], (2, 1900, 2)),
        ([screen(0.0, "a"), screen(5.2), screen(6.5, "a"), screen(6.6)], (1, 1600, 1)),
        ([screen(0.0, "a")], (1, 3000, 1)),
        ([screen(0.0)], (0, 3000, 0)),
    ],
    ids=["gone at once", "stayed too long", "came back without a source", "never went", "nothing stood there"],
)
def test_how_long_values_stood_after_the_cut(shots: list[Screenshot], expected: tuple[int, float, int]) -> None:
    found = judged(shots, cut_s=5.0, until_s=8.0, deadline_s=1.0, process=False)
    assert (found.stood, round(found.gone_ms), found.values_shown) == expected


def test_a_process_has_a_deadline_of_its_own() -> None:
    shots = [screen(0.0, "a"), screen(9.5)]
    assert judged(shots, cut_s=5.0, until_s=12.0, deadline_s=3.75, process=True).values_shown == 0
    assert judged(shots, cut_s=5.0, until_s=12.0, deadline_s=3.75, process=False).values_shown == 1
