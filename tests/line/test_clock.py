# SPDX-License-Identifier: Apache-2.0
"""The clock estimate: its bound holds, its drift is found, its deadlines are never late."""

from __future__ import annotations

from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.line.clock import ClockEstimate
from phosphene.line.round_trip import CEILING_S, FLOOR_S, INITIAL_S, RoundTrip


class Board:
    """A clock that runs `drift` faster than the host's, asked over a line with random delays each way."""

    def __init__(self, drift: float, boot_at: float, seed: int, *, typical: float = 0.0002, tail: float = 0.02) -> None:
        self.drift, self.boot_at = drift, boot_at
        self.random = Random(seed)
        self.typical, self.tail = typical, tail

    def us(self, host: float) -> float:
        return (host - self.boot_at) * (1 + self.drift) * 1e6

    def delay(self) -> float:
        tail = self.random.expovariate(1 / self.tail) if self.random.random() < 0.3 else 0.0
        return self.typical * self.random.uniform(0.5, 1.5) + tail

    def ask(self, clock: ClockEstimate, at: float) -> None:
        read = at + self.delay()
        clock.sample(at, read + self.delay(), int(self.us(read)))


boards = st.builds(
    Board, st.floats(-100e-6, 100e-6), st.floats(-1e6, 0.0), st.integers(0, 2**16), typical=st.floats(1e-5, 5e-3)
)


@settings(deadline=None)
@given(boards, st.floats(0.05, 7.0), st.integers(1, 120))
def test_the_truth_is_within_the_bound(board: Board, interval: float, count: int) -> None:
    clock = ClockEstimate()
    for index in range(count):
        now = 1000.0 + index * interval
        board.ask(clock, now)
        for host in (now, now + interval, now + 60.0):
            truth = board.us(host)
            assert abs(clock.to_mcu(host) - truth) <= clock.error_us(host) + 1.0  # the board's clock counts in whole µs
            assert clock.deadline_ms(host) <= truth / 1000
            assert clock.to_host(clock.to_mcu(host)) == pytest.approx(host, abs=1e-6)


@pytest.mark.parametrize("ppm", [-80, 0, 35])
def test_drift_is_found_in_noise(ppm: int) -> None:
    board = Board(ppm * 1e-6, -500.0, seed=ppm)
    clock = ClockEstimate()
    for index in range(600):
        board.ask(clock, index * 0.1)
    assert clock.drift * 1e6 == pytest.approx(ppm, abs=5)
    assert abs(clock.drift * 1e6 - ppm) <= clock.drift_error * 1e6 <= 30
    assert clock.error_us(60.0) < 400


def test_of_each_second_the_shortest_round_trip_counts() -> None:
    clock = ClockEstimate()
    clock.sample(10.0, 10.2, 5_000_000)
    assert clock.error_us(10.1) == pytest.approx(100_000)
    clock.sample(10.3, 10.301, 5_200_000)
    assert clock.error_us(10.3005) == pytest.approx(500, abs=1)
    clock.sample(10.4, 10.5, 5_349_000)
    assert clock.error_us(10.3005) == pytest.approx(500, abs=1)


def test_without_a_sample_nothing_is_promised() -> None:
    clock = ClockEstimate()
    assert clock.error_us(1.0) == inf
    assert clock.deadline_ms(1.0) == 0
    clock.sample(1.0, 1.001, 1)
    assert clock.deadline_ms(inf) == 0


def test_a_jump_of_a_clock_begins_the_estimate_anew() -> None:
    clock = ClockEstimate()
    for second in range(20):
        clock.sample(second, second + 0.001, second * 1_000_000)
    clock.sample(20.0, 20.001, 3_620_000_000)  # the host slept an hour
    assert clock.to_mcu(20.0005) == pytest.approx(3_620_000_000, abs=600)
    assert clock.error_us(20.0005) < 600


def test_deadlines_wrap_and_are_never_zero() -> None:
    clock = ClockEstimate()
    clock.sample(0.0, 0.0, (2**32 - 10) * 1000)
    assert clock.deadline_ms(0.005) in (2**32 - 6, 2**32 - 5)
    wrapped = {clock.deadline_ms(host / 10_000) for host in range(0, 200, 5)}
    assert 0 not in wrapped
    assert max(wrapped) == 2**32 - 1
    assert {1, 2, 3} <= wrapped


def test_time_outs_follow_rfc_6298() -> None:
    trip = RoundTrip()
    assert trip.timeout == INITIAL_S
    trip.sample(0.1)
    assert trip.timeout == pytest.approx(0.1 + 4 * 0.05)
    trip.sample(0.2)
    assert trip.deviation == pytest.approx(0.05 * 3 / 4 + 0.1 / 4)
    assert trip.smoothed == pytest.approx(0.1125)
    assert trip.timeout == pytest.approx(0.1125 + 4 * 0.0625)


def test_time_outs_have_a_floor_and_a_ceiling() -> None:
    trip = RoundTrip()
    for _ in range(50):
        trip.sample(0.0001)
    assert trip.timeout == FLOOR_S
    trip.back_off()
    assert trip.timeout == 2 * FLOOR_S
    for _ in range(20):
        trip.back_off()
    assert trip.timeout == CEILING_S
    trip.sample(0.0001)
    assert trip.timeout == FLOOR_S
