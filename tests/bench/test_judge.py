# SPDX-License-Identifier: Apache-2.0
"""The judge of the fault bench finds every kind of broken promise."""

from __future__ import annotations

import pytest

from phosphene_tools.bench.judge import Reset, Told, judge


def told(verdict: str, word: int | None = 7) -> Told:
    return Told(word, began=1.0, ended=2.0, verdict=verdict)


@pytest.mark.parametrize(
    ("call", "latched", "resets", "broken"),
    [
        (told("right"), [7], [], {}),
        (told("right"), [], [], {"wrong": 1}),
        (told("right"), [7, 7], [], {"double_effects": 1}),
        (told("right"), [7, 8], [], {"wrong": 1}),
        (told("right", None), [], [], {}),
        (told("wrong", None), [], [], {"wrong": 1}),
        (told("refused"), [], [], {}),
        (told("refused"), [7], [], {"wrong": 1}),
        (told("hang"), [], [], {"hangs": 1}),
        (told("unknown"), [], [Reset(1.5, 1.6)], {}),
        (told("unknown"), [7], [Reset(1.5, 1.6)], {}),
        (told("unknown"), [7, 7], [Reset(1.5, 1.6)], {"double_effects": 1}),
        (told("unknown"), [7], [], {"unknown_unjustified": 1}),
        (told("unknown"), [], [Reset(0.5, 1.5)], {}),
        (told("unknown"), [7], [Reset(0.5, 0.9), Reset(2.5, 2.6)], {"unknown_unjustified": 1}),
    ],
)
def test_each_broken_promise_is_counted(
    call: Told, latched: list[int], resets: list[Reset], broken: dict[str, int]
) -> None:
    verdict = judge([call], latched, resets)
    counted = {
        key: getattr(verdict, key)
        for key in ("wrong", "double_effects", "hangs", "unknown_unjustified")
        if getattr(verdict, key)
    }
    assert counted == broken
    assert bool(verdict.notes) == bool(broken.keys() - {"hangs"})
