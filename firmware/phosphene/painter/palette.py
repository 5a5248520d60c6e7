# SPDX-License-Identifier: Apache-2.0
"""The colours of a screen: every ink has its contrast against all that may lie under it, by construction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.oklch import Colours, Float, contrast, luminance, srgb
from phosphene.painter.placement import Ink, Style, Theme
from phosphene.painter.scene import ColourVision, Context, Urgency

# What WCAG 2.2 asks of text, and what we aim at, so that a painted pixel may be a few steps off.
LEAST_CONTRAST: Final = 4.5
_AIM: Final = 5.4
# In bright light and for those who asked for it; WCAG's level AAA is 7.
_AIM_HIGH: Final = 7.8
# Decoration may differ from its ground by this at most: nobody reads it.
MOST_DECORATION: Final = 1.35
_DECORATION: Final = 1.2
_TRACK: Final = 1.7
_STEPS: Final = np.linspace(0, 1, 97)
_SHARES: Final = np.array([(a, b, 8 - a - b) for a in range(9) for b in range(9 - a)]) / 8


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Colours as uint8 sRGB. `ground` [3, 3] are the three that the field mixes, `decoration` [3, 3] the same three
    where decoration covers them, `inks` [6, 3] goes by `Ink`; the others are [3]. `fill` is what bars, rings and
    sparklines are filled with, `outline` and `strike` are lines round and through
    something, `knob` [2, 3] a toggle's knob, off and on.
    """

    ground: Colours
    decoration: Colours
    surface: Colours
    button: Colours
    button_main: Colours
    track: Colours
    outline: Colours
    strike: Colours
    fill: Colours
    knob: Colours
    inks: Colours

    def under(self, ink: Ink) -> Colours:
        """Return what text in `ink` may stand on, [n, 3]: mixes of the grounds, decorated or not, panels, buttons."""
        if ink is Ink.ON_ACCENT:
            return self.button_main[None]
        plain = [mixes(self.ground), mixes(self.decoration), self.surface[None]]
        return np.concatenate([*plain, self.button[None]] if ink is Ink.MAIN else plain)


def mixes(three: Colours) -> Colours:
    """Return 45 mixes of three colours, [45, 3]: the triangle between them in steps of an eighth."""
    return np.rint(_SHARES @ three.astype(np.float64)).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Hues:
    """Degrees of OKLCH's circle."""

    ground: float
    accent: float
    warning: float
    fault: float


@lru_cache(maxsize=64)
def palette(style: Style, context: Context, urgency: Urgency = Urgency.CALM) -> Palette:
    """Return the colours for `style`, bent to the person's colour vision, the light and the urgency."""
    high = context.colour_vision is ColourVision.HIGH_CONTRAST
    dark = style.theme in {Theme.DARK, Theme.BLACK}
    aim = _AIM_HIGH if high else _AIM + (context.light > 0.75)
    hues = _hues(style, context.colour_vision)
    vivid = min(style.vivid + (urgency is Urgency.URGENT), 4)
    ground = _ground(style.theme, hues, vivid, high)
    # Up on a dark ground, down on a light one: towards the inks, but never far.
    towards = 1 if dark else -1
    decoration = ground if high else np.stack([_apart(colour, _DECORATION, towards) for colour in ground])
    tint = 0.006 + 0.012 * vivid
    base = ground[0]
    surface = base if high else _apart(_toned(base, tint, hues.ground), 1.28 if dark else 1.14, 1)
    button = _apart(_toned(base, 1.6 * tint, hues.ground), 1.6 if dark else 1.3, towards)
    track = _apart(_toned(base, 1.6 * tint, hues.ground), _TRACK * (1.4 if high else 1), towards)
    outline = _apart(_toned(base, 2 * tint, hues.ground), 3.1, towards)
    strike = _apart(_toned(base, 2 * tint, hues.ground), 2.3, towards)

    under = np.concatenate([mixes(ground), mixes(decoration), surface[None]])
    strong = 0.09 + 0.03 * vivid
    accent = _ink(under, aim, strong, hues.accent, dark, spare=0.06)
    main = _ink(np.concatenate([under, button[None]]), max(aim, 9.0), 0.5 * tint, hues.ground, dark, spare=0.25)
    inks = np.zeros((len(Ink), 3), np.uint8)
    inks[Ink.MAIN] = main
    inks[Ink.MUTED] = _ink(under, aim, 2 * tint, hues.ground, dark)
    inks[Ink.ACCENT] = accent
    inks[Ink.ON_ACCENT] = _ink(accent[None], aim, tint, hues.ground, not dark, spare=0.1)
    inks[Ink.WARNING] = _ink(under, aim, 0.16, hues.warning, dark, spare=0.08)
    inks[Ink.FAULT] = _ink(under, aim, 0.2, hues.fault, dark)
    knob = np.stack([inks[Ink.MUTED], inks[Ink.ON_ACCENT]])
    return Palette(ground, decoration, surface, button, accent, track, outline, strike, accent, knob, inks)


def _hues(style: Style, vision: ColourVision) -> _Hues:
    ground, accent = 30.0 * (style.hue % 12), 30.0 * (style.accent % 12)
    if vision is ColourVision.RED_GREEN:
        # Blue and yellow stay apart; the fault differs from the warning in lightness too (see `spare`).
        return _Hues(ground, 250.0 if 150 <= accent < 330 else 95.0, 95.0, 40.0)
    if vision is ColourVision.BLUE_YELLOW:
        return _Hues(ground, 195.0 if 90 <= accent < 270 else 10.0, 55.0, 10.0)
    return _Hues(ground, accent, 80.0, 27.0)


def _ground(theme: Theme, hues: _Hues, vivid: int, high: bool) -> Colours:
    turns = hues.ground + np.array([0.0, 28.0, -34.0])
    chroma = np.array([0.6, 1.0, 0.9]) * (0.012 + 0.02 * vivid)
    if high:
        return np.full((3, 3), 0 if theme in {Theme.DARK, Theme.BLACK} else 255, np.uint8)
    light = {
        Theme.DARK: (0.19, 0.25, 0.28),
        Theme.BLACK: (0.0, 0.1, 0.14),
        Theme.LIGHT: (0.955, 0.93, 0.91),
        Theme.WHITE: (1.0, 0.98, 0.965),
    }[theme]
    return srgb(np.array(light), chroma * (0.6 if theme in {Theme.LIGHT, Theme.WHITE} else 1.0), turns)


def _toned(colour: Colours, chroma: float, hue: float) -> Colours:
    """Return the colour of this chroma and hue that is as light as `colour`."""
    ramp = _ramp(chroma, hue)
    return ramp[np.abs(luminance(ramp) - luminance(colour)).argmin()]


@lru_cache(maxsize=512)
def _ramp(chroma: float, hue: float) -> Colours:
    """Return the colours of one chroma and hue from black to white, [97, 3]: a palette asks for some of them twice."""
    ramp = srgb(_STEPS, chroma, hue)
    ramp.flags.writeable = False
    return ramp


def _apart(colour: Colours, ratio: float, towards: int) -> Colours:
    """Return `colour` made lighter (1) or darker (-1) until its contrast to what it was is `ratio`, or its limit."""
    limit = 255.0 if towards > 0 else 0.0
    ramp = np.rint(colour + (limit - colour) * _STEPS[:, None]).astype(np.uint8)
    apart: Float = contrast(ramp, colour)
    reached: NDArray[np.intp] = np.flatnonzero(apart >= ratio)
    return ramp[int(reached[0]) if len(reached) else -1]


def _ink(under: Colours, aim: float, chroma: float, hue: float, light: bool, spare: float = 0.0) -> Colours:
    """Return the most modest ink whose contrast is `aim` to all of `under`, moved on by `spare` of what is left."""
    ramp = _ramp(chroma, hue) if light else _ramp(chroma, hue)[::-1]
    inks, grounds = luminance(ramp) + 0.05, luminance(under) + 0.05
    # Of all grounds on the far side of an ink, the nearest has the least contrast to it.
    apart = inks / grounds.max() if light else grounds.min() / inks
    reached = np.flatnonzero(apart >= aim)
    if not len(reached):
        return ramp[-1]
    first = int(reached[0])
    return ramp[first + int(spare * (len(ramp) - 1 - first))]
