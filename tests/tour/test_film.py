# SPDX-License-Identifier: Apache-2.0
"""A trace as one animated picture, with what was said below each frame."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from phosphene.trace.reader import Trace
from phosphene_tools.filming import Pace, cuts, write_film
from phosphene_tools.tour.acts import ACTS
from tests.tour.conftest import Tour

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_a_picture_stays_as_long_as_it_did_within_limits() -> None:
    pace = Pace(speed=2.0, least_ms=100, most_ms=1000)
    assert pace.milliseconds([0.0, 1.0, 1.5, 9.0]) == [500, 250, 1000, 500]
    assert pace.milliseconds([0.0, 0.06, 0.12, 0.18]) == [0, 100, 0, 530], "what is too short lends its time"


def test_each_cut_differs_from_the_one_before_and_all_is_told(tour: Tour) -> None:
    found = cuts(Trace(tour.trace))
    shown = [(cut.frame.pixels, cut.caption) for cut in found]
    assert all(one != other for one, other in itertools.pairwise(shown))
    assert [cut.time_s for cut in found] == sorted(cut.time_s for cut in found)
    captions = {cut.caption for cut in found}
    assert {step.caption for act in ACTS for step in act.steps if step.caption} <= captions
    touched = {key for moment in Trace(tour.trace).moments() for key in moment.sensed.touched}
    assert {cut.touched for cut in found} - {""} <= touched
    assert "loop.home" in {cut.touched for cut in found}


def test_the_film_shows_the_frames_with_their_captions(tour: Tour, tmp_path: Path) -> None:
    place = tmp_path / "film.webp"
    length_ms = write_film(tour.trace, place, Pace(speed=12.0, least_ms=200))
    with Image.open(place) as film:
        pictures = [np.asarray(picture.convert("RGB")) for picture in ImageSequence.Iterator(film)]
        assert film.size == (320, 240 + 51)
    assert length_ms >= 200 * len(pictures)
    assert len({picture[:240].tobytes() for picture in pictures}) > len(pictures) / 2
    written = [picture[240:] for picture in pictures[1:]]
    assert all(bar.max() > 200 for bar in written), "each has its caption"
    assert place.stat().st_size < 2_000_000
