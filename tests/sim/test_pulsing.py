# SPDX-License-Identifier: Apache-2.0
"""Pulses from outside: which pin, which levels, and what can't be pulsed."""

from __future__ import annotations

import pytest

from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.pulsing import pulses

BOARD = {
    "board": "bench",
    "inputs": [{"name": "up", "pin": 3, "pull": "up"}, {"name": "down", "pin": 4, "pull": "down"}],
}


def test_a_pulse_goes_away_from_where_the_input_rests() -> None:
    assert pulses(BOARD, "up", 2, 20) == (3, [(0.01, 0), (0.01, 1), (0.01, 0), (0.01, 1), (0.01, None)])
    assert pulses(BOARD, "down", 1, 20) == (4, [(0.01, 1), (0.01, 0), (0.01, None)])


def test_what_can_not_be_pulsed_is_refused() -> None:
    with pytest.raises(SimError, match="rig bench has no input 'left' — pulse — there are: down up"):
        pulses(BOARD, "left", 1, 20)
    with pytest.raises(SimError, match="a pulse of 2 ms — pulse — at least 4 ms"):
        pulses(BOARD, "up", 1, 2)
