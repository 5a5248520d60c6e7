# SPDX-License-Identifier: Apache-2.0
"""Pulses on an input of a simulated board, as a meter or a finger on a button gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phosphene_tools.sim.errors import SimError

Steps = list[tuple[float, int | None]]
SHORTEST_MS = 4
"""The simulator looks at the world every millisecond; shorter halves of a pulse come together."""


def pulses(board: Mapping[str, Any], name: str, count: int, period_ms: float) -> tuple[int, Steps]:
    """Return the pin of input `name` in the `board.json` of a rig, and the steps that pulse it `count` times.

    A pulse goes away from where the input rests, to 0 unless it is pulled down, and back; then the input is let go of.
    Raises SimError for a name that the rig doesn't have, and for pulses shorter than SHORTEST_MS.
    """
    declared = {entry["name"]: entry for entry in board.get("inputs", [])}
    if name not in declared:
        cure = f"there are: {' '.join(sorted(declared))}"
        raise SimError(f"rig {board['board']} has no input {name!r}", place="pulse", cure=cure)
    if period_ms < SHORTEST_MS:
        raise SimError(f"a pulse of {period_ms:g} ms", place="pulse", cure=f"at least {SHORTEST_MS} ms")
    active = 1 if declared[name].get("pull") == "down" else 0
    half_s = period_ms / 2000
    steps: Steps = [(half_s, level) for _ in range(count) for level in (active, 1 - active)]
    return declared[name]["pin"], [*steps, (half_s, None)]
