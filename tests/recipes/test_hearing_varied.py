# SPDX-License-Identifier: Apache-2.0
"""How examples are varied: another throat moves what is heard in frequency, another pace in time."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="the recipes' packages are not installed: pip install -e '.[train]'")

from phosphene.perception.audio.features import BANDS, band_hertz
from phosphene.perception.audio.graphs import COLUMN_FRAMES, SPAN_FRAMES
from recipes.hearing.guide import IDLE, Guided
from recipes.hearing.guided_lesson import in_another_throat, paced


@pytest.mark.parametrize("factor", [0.87, 1.0, 1.15])
def test_a_tone_moves_to_another_band_with_the_throat(factor: float) -> None:
    hertz = band_hertz()
    values = np.exp(-(((np.arange(BANDS) - 18) / 2.0) ** 2))[None].astype(np.float32)
    moved = in_another_throat(values, factor)[0]
    assert hertz[moved.argmax()] == pytest.approx(hertz[18] / factor, rel=0.06)


@pytest.mark.parametrize("pace", [0.82, 1.0, 1.2])
def test_a_word_is_named_where_it_is_said_at_another_pace(pace: float) -> None:
    count = 400
    # The column that names a word ends a fixed time after the word, at whatever pace.
    end = 220
    values = np.zeros((count, BANDS), np.float32)
    values[end:] = 1
    named = np.full((count - SPAN_FRAMES) // COLUMN_FRAMES + 1, IDLE)
    behind = 36
    named[(end + behind - SPAN_FRAMES) // COLUMN_FRAMES] = 5
    one = Guided(values.astype(np.uint8), np.array([5]), np.zeros(count, np.bool_), named)
    told, heard = paced(one, values, pace)
    ends = int(np.flatnonzero(heard[:, 0] > 0.5)[0])
    column = int(np.flatnonzero(told.named != IDLE)[0])
    assert ends == pytest.approx(end / pace, abs=1)
    assert column * COLUMN_FRAMES + SPAN_FRAMES - behind == pytest.approx(ends, abs=COLUMN_FRAMES)
    assert len(told.spoken) == len(heard)
    assert told.named[column] == 5
