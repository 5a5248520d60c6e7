# SPDX-License-Identifier: Apache-2.0
"""Blocks of any length become hops with the right times; holes are filled or noticed; the gate follows the room."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.perception.audio.gate import Gate
from phosphene.perception.audio.hops import HOP, Hop, Hops
from phosphene.sensors.blocks import RATE_HZ, Sound

SOUND = (np.random.default_rng(0).standard_normal(20 * HOP) * 3000).astype(np.int16)


def hops_of(blocks: list[Sound]) -> list[Hop]:
    hops = Hops()
    return [hop for block in blocks for hop in hops.add(block)]


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=12))
def test_nothing_is_lost_or_moved_by_cutting(sizes: list[int]) -> None:
    blocks, at = [], 0
    for size in sizes:
        piece = SOUND[at : at + size]
        blocks.append(Sound(piece, 5.0 + at / RATE_HZ))
        at += piece.size
    found = hops_of(blocks)
    assert len(found) == at // HOP
    for place, hop in enumerate(found):
        assert np.array_equal(hop.samples, SOUND[place * HOP : (place + 1) * HOP].astype(np.float32) / 32768)
        assert hop.end_s == pytest.approx(5.0 + (place + 1) * HOP / RATE_HZ)
        assert not hop.broken


def test_a_short_hole_is_filled() -> None:
    found = hops_of([Sound(SOUND[:HOP], 0.0), Sound(SOUND[HOP + 200 : 3 * HOP], (HOP + 200) / RATE_HZ, missed=200)])
    assert len(found) == 3
    assert not any(hop.broken for hop in found)
    assert np.all(found[1].samples[:200] == 0)
    assert found[2].end_s == pytest.approx(3 * HOP / RATE_HZ)


def test_a_long_hole_breaks_the_stream() -> None:
    found = hops_of([Sound(SOUND[: HOP + 100], 0.0), Sound(SOUND[: 2 * HOP], 9.0, missed=RATE_HZ)])
    assert [hop.broken for hop in found] == [False, True, False]
    assert found[1].end_s == pytest.approx(9.0 + HOP / RATE_HZ)


@pytest.mark.parametrize(("samples", "level"), [(0, -96.0), (1000, -96.0)])
def test_a_constant_is_silence(samples: int, level: float) -> None:
    assert Hop(np.full(HOP, samples / 32768, np.float32), 0.0, False).level_db == level


def test_a_square_wave_at_full_scale_is_the_top() -> None:
    square = np.where(np.arange(HOP) % 2, 1.0, -1.0).astype(np.float32)
    assert Hop(square, 0.0, False).level_db == pytest.approx(0.0, abs=1e-6)


def test_the_gate_closes_in_a_steady_room_and_opens_for_a_voice() -> None:
    gate = Gate()
    opened = [gate.add(-50.0) for _ in range(100)]
    assert opened[0]
    assert not any(opened[60:])
    assert gate.add(-44.0)
    assert all(gate.add(-50.0) for _ in range(10))


def test_the_gate_is_open_while_somebody_speaks() -> None:
    gate = Gate()
    for _ in range(50):
        gate.add(-60.0)
    # Syllables and pauses of a fifth of a second.
    assert all(gate.add(-25.0 if place % 5 < 3 else -45.0) for place in range(200))
