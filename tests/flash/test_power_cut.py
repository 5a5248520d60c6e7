# SPDX-License-Identifier: Apache-2.0
"""The power-cut trial: the real updater stands it, and careless ones do not, so it can tell."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phosphene_tools.power_cut.run import Figures, Plan, run

NAIVE = Path(__file__).with_name("naive")
BAD_KINDS = ("tampered", "truncated", "older", "foreign")


def figures(plan: Plan) -> Figures:
    return asyncio.run(run(plan, lambda _: None))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_update_that_is_cut_leaves_a_whole_version_and_bad_bundles_are_refused() -> None:
    found = figures(Plan(every=31, boots=2))
    assert found.well, found.examples
    assert found.flash_writes >= 500
    assert found.cuts >= 2 * (found.flash_writes // 31)
    assert set(found.ran) == {"old", "new"}
    assert len(found.booted) >= 3
    assert all(found.refusals.values()), found.refusals
    assert {kind.partition(":")[0] for kind in found.refusals} == set(BAD_KINDS)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_writing_over_the_running_version_bricks_boards() -> None:
    found = figures(Plan(every=97, boots=1, path=(NAIVE,), updater="in_place"))
    assert found.bricked > 0
    assert not found.well


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_stub_that_does_not_look_runs_mixtures() -> None:
    found = figures(Plan(every=97, boots=1, path=(NAIVE / "stub", NAIVE), updater="in_place"))
    assert found.mixed > 0
    assert not found.well


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_updater_without_a_key_takes_what_nobody_signed() -> None:
    found = figures(Plan(every=400, boots=1, path=(NAIVE,), updater="trusting"))
    assert found.accepted_bad > 0
    assert not found.refusals["tampered: another file and its hash"]
    assert not found.well
