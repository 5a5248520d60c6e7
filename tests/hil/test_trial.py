# SPDX-License-Identifier: Apache-2.0
"""A trial of the safety suite judges what was on when it began, and nothing else."""

from __future__ import annotations

import pytest

from tests.hil.conftest import Bench

PATIENCE_S = 120
"""Against hanging only."""


@pytest.mark.timeout(PATIENCE_S)
def test_what_fell_before_it_began_is_tried_again_and_not_called_on(bench: Bench) -> None:
    """The chip stands still for longer than its dead-man allows, as on a busy computer, just before the host is lost.

    ENABLE is down then, so that nothing changes any more behind it; that is no output that stayed on.
    """
    result = bench(
        """
        import time

        from phosphene_hil import declared
        from phosphene_hil.held_up import HeldUp
        from phosphene_hil.losing import doomed_host
        from phosphene_hil.trial import Trial
        from phosphene_hil.waiting import soon

        @pytest.mark.leaves("latched", "lease lost", "outputs")
        async def test_fallen(rig):
            outside = rig.board.outside
            async with doomed_host(rig, {"pump": True, "fan": True}) as host:
                rig.board.control.freeze()
                await asyncio.sleep(0.2)
                rig.board.control.thaw()
                await soon(lambda: not outside.enable and not outside.level("pump"), "the dead-man did not fall")
                trial, held_up = Trial(rig, declared.host_lost), HeldUp()
                began_s = await held_up.during(host.lose("stand_still"))
                rows = await trial.rows("stands", ["pump", "fan"], began_s, held_up)
                assert "pump" in trial.unshown
                assert {row.output for row in rows} | set(trial.unshown) == {"pump", "fan"}
                assert "pump" not in {row.output for row in rows}

        @pytest.mark.leaves("outputs")
        async def test_rises_by_itself(rig):
            async with rig.linked() as (_, mcu):
                trial, held_up, began_s = Trial(rig, declared.host_lost), HeldUp(), time.monotonic()
                await held_up.during(mcu.call("gpio.write", output="led", level=True))
                (row,) = await trial.rows("nothing", ["led"], began_s, held_up)
            assert not row.ok
            assert "on by itself" in row.seen
            assert not trial.unshown
        """,
        f"--timeout={PATIENCE_S}",
    )
    result.assert_outcomes(passed=2)
