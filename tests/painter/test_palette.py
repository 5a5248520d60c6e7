# SPDX-License-Identifier: Apache-2.0
"""Every palette keeps its contrasts, whatever is asked of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.painter.oklch import contrast, luminance, srgb
from phosphene.painter.palette import LEAST_CONTRAST, MOST_DECORATION, Palette, mixes, palette
from phosphene.painter.placement import Ink, Style, Theme
from phosphene.painter.scene import ColourVision, Context, Urgency

palettes = st.builds(
    palette,
    st.builds(
        Style,
        st.sampled_from(Theme),
        st.integers(0, 11),
        st.integers(0, 11),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    st.builds(Context, light=st.sampled_from([0.0, 0.5, 1.0]), colour_vision=st.sampled_from(ColourVision)),
    st.sampled_from(Urgency),
)
anything = settings(max_examples=40, deadline=None)


@given(palettes)
@anything
def test_every_ink_is_legible_on_all_that_may_lie_under_it(colours: Palette) -> None:
    for ink in Ink:
        assert contrast(colours.inks[ink], colours.under(ink)).min() >= LEAST_CONTRAST + 0.5


@given(palettes)
@anything
def test_decoration_is_too_faint_to_be_read(colours: Palette) -> None:
    assert contrast(mixes(colours.ground), mixes(colours.decoration)).max() < MOST_DECORATION


@given(palettes)
@anything
def test_a_fill_stands_out_from_its_track_and_the_track_from_the_ground(colours: Palette) -> None:
    for ink in (Ink.MAIN, Ink.ACCENT, Ink.WARNING, Ink.FAULT):
        assert contrast(colours.inks[ink], colours.track) >= 2.5
    assert contrast(colours.track, mixes(colours.ground)).min() >= 1.25
    assert contrast(colours.knob[1], colours.fill) >= 4.5
    assert contrast(colours.knob[0], colours.track) >= 2.5


@given(palettes)
@anything
def test_a_struck_value_stays_legible_over_its_line(colours: Palette) -> None:
    for ink in Ink:
        if ink is not Ink.ON_ACCENT:
            assert contrast(colours.inks[ink], colours.strike) >= 2.0


@pytest.mark.parametrize("theme", Theme)
def test_high_contrast_has_a_plain_ground_and_strong_inks(theme: Theme) -> None:
    strong = palette(Style(theme), Context(colour_vision=ColourVision.HIGH_CONTRAST))
    assert (strong.ground == strong.ground[0]).all()
    assert (strong.decoration == strong.ground).all()
    for ink in Ink:
        assert contrast(strong.inks[ink], strong.under(ink)).min() >= 7


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("accent", range(12))
def test_without_red_and_green_the_accent_is_never_either(theme: Theme, accent: int) -> None:
    colours = palette(Style(theme, accent=accent), Context(colour_vision=ColourVision.RED_GREEN))
    red, green, blue = colours.fill.astype(int)
    # Blue, or yellow and its dark kin: red and green go together, blue apart from them.
    assert abs(blue - (red + green) / 2) > 0.6 * abs(red - green)


def test_the_same_is_asked_the_same_comes_back() -> None:
    palette.cache_clear()
    first = palette(Style(), Context())
    palette.cache_clear()
    assert (palette(Style(), Context()).inks == first.inks).all()


@pytest.mark.parametrize(("lightness", "expected"), [(0.0, 0), (1.0, 255)])
def test_the_ends_of_lightness_are_black_and_white(lightness: float, expected: int) -> None:
    assert (srgb(lightness, 0.3, 120.0) == expected).all()


def test_srgb_knows_ottossons_red() -> None:
    # The published OKLCH of sRGB's red.
    assert np.abs(srgb(0.62796, 0.25768, 29.234).astype(int) - (255, 0, 0)).max() <= 1


def test_luminance_and_contrast_are_those_of_wcag() -> None:
    assert contrast(np.array([0, 0, 0], np.uint8), np.array([255, 255, 255], np.uint8)) == pytest.approx(21)
    assert contrast(np.array([119, 119, 119], np.uint8), np.array([255, 255, 255], np.uint8)) == pytest.approx(
        4.48, abs=0.005
    )
    assert luminance(np.array([255, 0, 0], np.uint8)) == pytest.approx(0.2126)
