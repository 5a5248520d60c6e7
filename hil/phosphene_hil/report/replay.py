# SPDX-License-Identifier: Apache-2.0
"""The command that does again, without hardware, what a run did."""

from __future__ import annotations

import shlex

from phosphene_hil.report.record import Case, Run
from phosphene_tools.boards import DEFAULT_RIG

EVERY_PART = "sim-bench"
"""The simulated rig with one of each part."""
_PARTS = frozenset({"climate_sensor", "analog", "load_cell", "servo", "lights", "rtc"})
"""What rig `sim` lacks and that one has."""


def one(run: Run, case: Case) -> str:
    """Return the command for one test."""
    return _command(run, case.rig, [case.node], bool(_PARTS & set(case.needs)))


def whole(run: Run) -> list[str]:
    """Return the commands for all of it: one for each rig, over the files whose tests ran there."""
    commands: list[str] = []
    for rig in run.rigs:
        cases = [case for case in run.tests if case.rig == rig]
        for parts in (False, True):
            files = {case.node.partition("::")[0] for case in cases if bool(_PARTS & set(case.needs)) == parts}
            on_a_desk = run.rigs[rig].rung != "board"
            if files and not (parts and on_a_desk):
                commands.append(_command(run, rig, sorted(files), parts))
    return commands


def _command(run: Run, rig: str, what: list[str], parts: bool) -> str:
    """Return it: on the same rig where that is none of hardware, else on the simulated one that has what it needs."""
    desk = rig if run.rigs[rig].rung != "board" else EVERY_PART if parts else DEFAULT_RIG
    command = ["pytest", *what, f"--phosphene-rig={desk}"]
    if run.seed is not None:
        command.append(f"--phosphene-seed={run.seed}")
    return shlex.join(command)
