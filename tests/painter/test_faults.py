# SPDX-License-Identifier: Apache-2.0
"""The fault injector makes what it says, and the gate finds it; the report does the same a hundred thousand times."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.painter.finding import Kind
from phosphene.painter.gate import check
from phosphene.painter.placement import Theme
from phosphene_tools.painter.faults import Exact, wrong
from tests.painter.pages import arrangement, subject


@pytest.mark.parametrize("kind", Kind)
def test_every_class_of_fault_is_made_and_found(kind: Kind) -> None:
    rng = np.random.default_rng(11)
    made = 0
    for theme in Theme:
        right = subject(arrangement(theme, int(theme)))
        for _ in range(10):
            frame = wrong(kind, right, rng, Exact())
            if frame is None:
                continue
            made += 1
            assert not np.array_equal(frame, right.frame)
            assert check(frame, right.arrangement, right.palette, right.grid, right.atlas), (kind, theme)
    assert made >= 15


def test_the_right_frame_stays_as_it_is() -> None:
    right = subject()
    before = right.frame.copy()
    rng = np.random.default_rng(3)
    for kind in Kind:
        wrong(kind, right, rng, Exact())
    assert np.array_equal(right.frame, before)
