# SPDX-License-Identifier: Apache-2.0
"""Colour arithmetic: OKLCH (Björn Ottosson, 2020) to sRGB, and the contrast of WCAG 2.2."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Colours = NDArray[np.uint8]
Float = NDArray[np.float64]

_LMS: Final = ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.291485548))
_RGB: Final = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.707614701),
)
_Y: Final = np.array([0.2126, 0.7152, 0.0722])
_BYTES: Final = np.arange(256) / 255
_LINEAR: Final = np.where(_BYTES <= 0.04045, _BYTES / 12.92, ((_BYTES + 0.055) / 1.055) ** 2.4)
# Shares of the wanted chroma that are tried, largest first, where the full one lies outside sRGB.
_SHARES: Final = np.linspace(1, 0, 13)


def srgb(lightness: ArrayLike, chroma: ArrayLike, hue: ArrayLike) -> Colours:
    """Return uint8 sRGB [..., 3] of lightness 0 to 1, chroma and hue in degrees, which broadcast together.

    Where sRGB hasn't got the colour, its chroma is lowered; lightness and hue stay.
    """
    light, full, angle = np.broadcast_arrays(*(np.asarray(part, np.float64) for part in (lightness, chroma, hue)))
    shares = _SHARES.reshape(-1, *(1,) * light.ndim) * full
    turn = np.deg2rad(angle)
    a, b = shares * np.cos(turn), shares * np.sin(turn)
    roots = [light + by_a * a + by_b * b for by_a, by_b in _LMS]
    cones = [root * root * root for root in roots]
    linear = np.stack([red * cones[0] + green * cones[1] + blue * cones[2] for red, green, blue in _RGB])
    inside = np.asarray(((linear > -1e-4) & (linear < 1 + 1e-4)).all(axis=0))
    # The last share is grey, which is always inside.
    inside[-1] = True
    first = inside.argmax(axis=0)
    chosen: Any = np.take_along_axis(linear, first[None, None], axis=1)[:, 0].clip(0, 1)
    encoded = np.where(chosen <= 0.0031308, chosen * 12.92, 1.055 * chosen ** (1 / 2.4) - 0.055)
    return np.ascontiguousarray(np.moveaxis(np.rint(encoded * 255).astype(np.uint8), 0, -1))


def luminance(colours: Colours) -> Float:
    """Return the relative luminance, 0 to 1, of uint8 sRGB [..., 3]."""
    return _LINEAR[colours] @ _Y


def contrast(one: Colours, other: Colours) -> Float:
    """Return WCAG's contrast ratio, 1 to 21, of uint8 sRGB colours that broadcast together."""
    first, second = luminance(one) + 0.05, luminance(other) + 0.05
    return np.maximum(first, second) / np.minimum(first, second)
