# SPDX-License-Identifier: Apache-2.0
"""Where training starts from: the answer for edges that are sharp and smooth, written into the weights.

Spare units start small and random; training finds what they are for. A random start ends several decibels lower.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from phosphene.painter.cells import DECORATION, FIRST, INK, POINTS, SECOND, STEPS, THICKNESS
from recipes.renderer.network import PLACES, Network

Float = NDArray[np.float64]
# Steps of int8 in the network's unit, and in one pixel's coverage or colour.
_UNIT = 128.0
_PIXEL = 4
_SLOTS = 3
EDGE_UNITS = 2 * _SLOTS * _PIXEL
STEP_UNITS = 2 * 3 * 4 * _PIXEL
# Scales at which the largest weight of each output channel is 127, so that int8 holds all of them exactly.
_OUTER_WHOLE = 131
_INNER_WHOLE = 64
GROUND_WHOLE = 67
_LAYERS = (DECORATION, FIRST, SECOND, INK)


@torch.no_grad()
def start(network: Network, seed: int = 0) -> None:
    """Write the starting weights into `network`."""
    rng = np.random.default_rng(seed)
    for layer in network.children():
        for parameter in layer.parameters():
            noise = rng.normal(scale=0.4 / np.sqrt(max(parameter[0].numel(), 8)), size=tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(noise if parameter.ndim > 1 else np.zeros(tuple(parameter.shape))))
    _edges(network)
    _inside(network)
    _seen(network)
    _steps(network)


def at(place: int, pixel: int) -> tuple[float, float]:
    """Return x and y of a pixel's middle inside its cell: place 0 to 15 and pixel 0 to 3, both row by row."""
    return (place % 4) * 2 + pixel % 2 + 0.5, (place // 4) * 2 + pixel // 2 + 0.5


def through_nine(x: float, y: float, whole: int) -> Float:
    """Return what each of the nine points adds to the value at (x, y), in integers of 1 / `whole`.

    They are the parabola through three points, in x and in y; of the integers next to it those that keep the value of
    a plane best, since a distance is nearly one.
    """
    exact = np.outer(_parabola(y), _parabola(x)).reshape(POINTS) * whole
    ways = np.floor(exact) + (np.arange(2**POINTS)[:, None] >> np.arange(POINTS) & 1)
    off = ways - exact
    down, across = np.divmod(np.arange(POINTS), 3)
    cost = 9 * off.sum(1) ** 2 + (off @ (across - 1)) ** 2 + (off @ (down - 1)) ** 2 + 0.1 * np.square(off).sum(1)
    return ways[cost.argmin()] / whole


def through_four(x: float, y: float) -> Float:
    """Return what each of the ground's four points adds to the value at (x, y), in integers of 1 / `GROUND_WHOLE`.

    They add up to one exactly: an even ground stays even.
    """
    right, down = (x - 2) / 4, (y - 2) / 4
    exact = np.array([(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down]) * GROUND_WHOLE
    ways = np.floor(exact) + (np.arange(16)[:, None] >> np.arange(4) & 1)
    off = ways - exact
    return ways[(100 * off.sum(1) ** 2 + np.square(off).sum(1)).argmin()] / GROUND_WHOLE


def hold(network: Network) -> None:
    """Keep training away from the weights that are integers of their int8 scale already.

    Rounding those anew costs several decibels: an even ground would no longer be even, a straight edge not straight.
    """
    network.ground.requires_grad_(False)
    for layer, units in ((network.edges, EDGE_UNITS), (network.colours, STEP_UNITS)):
        mask = torch.ones_like(layer.weight)
        mask[:, :units] = 0
        layer.weight.register_hook(lambda gradient, mask=mask: gradient * mask)


def _parabola(at_: float) -> Float:
    t = at_ / 4
    return np.array([(t - 1) * (t - 2) / 2, t * (2 - t), t * (t - 1) / 2])


def _edges(network: Network) -> None:
    # Unit 4s + p: how deep pixel p lies inside slot s; 12 further on: how far beyond its inner edge, in the hollow.
    weight = np.zeros((THICKNESS + _SLOTS, EDGE_UNITS, 1, PLACES))
    a_pixel = _UNIT / STEPS
    for place in range(PLACES):
        for slot in range(_SLOTS):
            for pixel in range(_PIXEL):
                x, y = at(place, pixel)
                outer, inner = slot * _PIXEL + pixel, (_SLOTS + slot) * _PIXEL + pixel
                nine = slice(slot * POINTS, (slot + 1) * POINTS)
                weight[nine, outer, 0, place] = -a_pixel * through_nine(x, y, _OUTER_WHOLE)
                weight[nine, inner, 0, place] = -a_pixel * through_nine(x, y, _INNER_WHOLE)
                # 127 / 64 stands for 128 / 64, the steps of a distance over those of a thickness.
                weight[THICKNESS + slot, inner, 0, place] = -a_pixel * 127 / _INNER_WHOLE
    network.edges.weight[:, :EDGE_UNITS] = torch.from_numpy(weight).float()
    network.edges.bias[:EDGE_UNITS] = 0.5  # type: ignore[index]


def _inside(network: Network) -> None:
    # What is missing to a full pixel, 0 to 1: outside the shape, and outside its hollow.
    for unit in range(EDGE_UNITS):
        network.inside.weight[unit] = 0
        network.inside.weight[unit, unit] = -1
        network.inside.bias[unit] = 1  # type: ignore[index]


def _seen(network: Network) -> None:
    # Unit 4k + p: how much of layer k (decoration, first, second, ink) is seen in pixel p. Outside a shape counts
    # one, so does its hollow; a layer is seen where it is not outside, the next is, and no glyph covers it.
    for layer in range(4):
        for pixel in range(_PIXEL):
            unit = layer * _PIXEL + pixel
            row = torch.zeros(network.seen.in_channels)
            # Nothing stands over the ink; but a row of zeros would have no scale.
            row[0] = 1e-4 * (layer == 3)
            outside = {slot: (slot * _PIXEL + pixel, (_SLOTS + slot) * _PIXEL + pixel) for slot in range(_SLOTS)}
            bias = 0.0
            if layer < _SLOTS:
                row[outside[layer][0]], row[outside[layer][1]] = -1, 1
            if layer < 2:
                row[outside[layer + 1][0]], row[outside[layer + 1][1]] = 1, -1
            elif layer == 2:
                row[outside[1][0]], row[outside[1][1]] = -1, 1
                bias = -1.0
            network.seen.weight[unit, :, 0, 0] = row
            network.glyph.weight[unit] = 0
            # Coverage c arrives as (255c - 128) / 128.
            sign = 1.0 if layer == 3 else -1.0
            network.glyph.weight[unit, pixel] = sign * _UNIT / 255
            network.seen.bias[unit] = bias + sign * _UNIT / 255  # type: ignore[index]


def _steps(network: Network) -> None:
    # Two units for each layer, pixel and channel: the colour's step up from the ground, and its step down.
    colour = _UNIT / 255
    network.ground.weight.zero_()
    network.ground.bias.fill_(colour)  # type: ignore[union-attr]
    for place in range(PLACES):
        for pixel in range(_PIXEL):
            four = torch.from_numpy(through_four(*at(place, pixel)) * colour).float()
            for channel in range(3):
                network.ground.weight[channel:12:3, pixel * 3 + channel, 0, place] = four
                for layer, where in enumerate(_LAYERS):
                    for down in (0, 1):
                        unit = ((layer * _PIXEL + pixel) * 3 + channel) * 2 + down
                        sign = -1.0 if down else 1.0
                        network.colours.weight[:, unit, 0, place] = 0
                        network.colours.weight[channel:12:3, unit, 0, place] = -sign * four
                        network.colours.weight[where.start + channel, unit, 0, place] = sign * colour
    for layer in range(4):
        for pixel in range(_PIXEL):
            for channel in range(3):
                for down in (0, 1):
                    unit = ((layer * _PIXEL + pixel) * 3 + channel) * 2 + down
                    network.steps.weight[unit] = 0
                    network.steps.weight[unit, layer * _PIXEL + pixel] = 1
                    network.steps.bias[unit] = -1  # type: ignore[index]
                    network.pixels.weight[:, unit] = 0
                    network.pixels.weight[pixel * 3 + channel, unit] = -1.0 if down else 1.0
    network.pixels.weight[:, STEP_UNITS:] *= 0.1
