# SPDX-License-Identifier: Apache-2.0
"""The table that the safety suites make: output by output, what was declared and what the world saw."""

from __future__ import annotations

from dataclasses import dataclass

TOLERANCE_S = 0.25
"""The firmware's timers run between bytecodes, and a simulated board shares its computer with everybody else."""


@dataclass(frozen=True)
class Row:
    """One output under one way of losing the host or breaking the firmware. Times are seconds from its beginning."""

    way: str
    output: str
    declaration: str
    """What the rig declares for this output."""
    demanded: str
    """What follows from it here, with the time and who enforces it."""
    seen: str
    ok: bool


class SafetyTable:
    """The rows, in the order in which they were found."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def markdown(self) -> str:
        """Return the table itself."""
        head = ["| what happens | output | declared | demanded | seen from outside | |", "|---|---|---|---|---|---|"]
        body = [
            f"| {row.way} | {row.output} | {row.declaration} | {row.demanded} | {row.seen} | "
            f"{'ok' if row.ok else '**WRONG**'} |"
            for row in self.rows
        ]
        return "\n".join(head + body)

    def page(self, rig: str) -> str:
        """Return the table as a page that says where it comes from."""
        wrong = sum(not row.ok for row in self.rows)
        verdict = f"{wrong} of {len(self.rows)} are wrong." if wrong else f"All {len(self.rows)} are as declared."
        return (
            "<!-- SPDX-License-Identifier: Apache-2.0 -->\n# Safety of rig "
            f"{rig}\n\nMade by `pytest hil/suites/test_5_*.py --phosphene-rig {rig} "
            f"--phosphene-safety-table FILE`. {verdict} Times count from what happens; levels and times are "
            f"those at the pins, behind ENABLE. A time counts as met up to "
            f"{TOLERANCE_S * 1000:.0f} ms later.\n\n{self.markdown()}\n"
        )
