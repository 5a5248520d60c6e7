# SPDX-License-Identifier: Apache-2.0
"""Times of samples: steady under jitter, true under drift, and right again after a loss."""

from __future__ import annotations

import numpy as np

from phosphene.sensors.sample_clock import SampleClock

BLOCK = 320
STEP_S = 0.02


def stamps(arrivals_s: list[float]) -> tuple[list[float], int]:
    clock = SampleClock(16_000)
    made = [clock.stamp(BLOCK, arrived) for arrived in arrivals_s]
    return [start for start, _ in made], sum(lost for _, lost in made)


def test_held_up_blocks_get_the_times_at_which_they_were_taken() -> None:
    rng = np.random.default_rng(2)
    late = rng.exponential(0.01, 500)
    late[::50] += 0.3
    times, lost = stamps([100 + (i + 1) * STEP_S + float(late[i]) for i in range(500)])
    assert lost == 0
    assert np.abs(np.diff(times[100:]) - STEP_S).max() < 0.002
    assert abs(times[-1] - (100 + 499 * STEP_S)) < 0.01


def test_a_crystal_that_drifts_is_followed() -> None:
    for drift in (-200e-6, 200e-6):
        times, lost = stamps([100 + (i + 1) * STEP_S * (1 + drift) for i in range(50_000)])
        assert lost == 0
        assert abs(times[-1] - (100 + 49_999 * STEP_S * (1 + drift))) < 0.002


def test_samples_that_never_came_are_found_and_later_times_are_right() -> None:
    arrivals = [100 + (i + 1) * STEP_S for i in range(100)]
    arrivals += [arrivals[-1] + 0.2 + (i + 1) * STEP_S for i in range(100)]
    times, lost = stamps(arrivals)
    assert abs(lost / 16_000 - 0.2) < 0.01
    assert abs(times[-1] - (arrivals[-1] - STEP_S)) < 0.01
    assert min(np.diff(times)) > 0


def test_what_is_known_to_be_lost_moves_the_times() -> None:
    clock = SampleClock(16_000)
    first, _ = clock.stamp(BLOCK, 10.02)
    clock.skip(2 * BLOCK)
    second, lost = clock.stamp(BLOCK, 10.08)
    assert lost == 0
    assert abs(second - first - 3 * STEP_S) < 1e-3
