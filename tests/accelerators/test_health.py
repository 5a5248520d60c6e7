# SPDX-License-Identifier: Apache-2.0
"""How long a run may take, by the runs before it."""

from __future__ import annotations

import pytest

from phosphene.accelerators import Policy
from phosphene.accelerators.health import RunTimes


def test_a_limit_follows_the_graphs_own_history() -> None:
    times = RunTimes(Policy(times=5, least_s=0.05, first_s=7, enough=20))
    assert times.limit_s == 7
    times.add(3.0)
    for _ in range(19):
        times.add(0.1)
    assert times.limit_s == 7, "the first run after a start is none to judge by"
    times.add(0.1)
    assert times.limit_s == pytest.approx(0.5)
    for _ in range(600):
        times.add(0.002)
    assert times.limit_s == 0.05
    times.first = True
    assert times.limit_s == 7
