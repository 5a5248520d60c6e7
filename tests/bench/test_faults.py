# SPDX-License-Identifier: Apache-2.0
"""The fault bench, small: the promises hold on a damaged line with resets at the worst moments."""

from __future__ import annotations

import asyncio

from phosphene.line.faults import KINDS, FaultPlan
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.bench.faults import RATE, WORD_BITS, Run
from phosphene_tools.bench.judge import judge
from phosphene_tools.bench.safe_state import worst_safe_state_ms

CALLS = 600


def test_every_promise_holds_under_faults_and_resets() -> None:
    async def run() -> None:
        plan = FaultPlan.uniform(RATE, seed=7)
        async with simulated_board(seed=7) as board, linked(board, faults=plan) as (link, mcu):
            bench = Run(board, mcu, CALLS, seed=7)
            await bench.all()
            assert link.faults is not None
            assert link.faults.by_kind.keys() == set(KINDS)
            assert link.faults.share > 0.1
            assert min(bench.reset_kinds.values()) >= 5
            words = [word.value & ((1 << WORD_BITS) - 1) for word in board.shift_register.words]
        verdict = judge(bench.told, words, bench.resets)
        assert verdict.calls == CALLS
        assert verdict.effects > CALLS / 2 - 3 * len(bench.resets)
        broken = verdict.wrong + verdict.double_effects + verdict.hangs + verdict.unknown_unjustified
        assert not broken, verdict.notes
        assert not verdict.refused, "nothing in this run is to be refused"

    asyncio.run(run())


def test_outputs_go_safe_when_the_host_stops_or_stands_still() -> None:
    worst, lease_ms, trials = asyncio.run(worst_safe_state_ms(seed=7, trials=2))
    assert trials == 4
    # A bound against never going safe, wide enough for a busy machine; the bench has the figure.
    assert lease_ms * 0.5 < worst < lease_ms * 3
