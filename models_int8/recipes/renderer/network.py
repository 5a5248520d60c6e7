# SPDX-License-Identifier: Apache-2.0
"""The renderer's network: from one cell's description to its 64 pixels, ReLU and plain convolutions only.

A cell is worked on as sixteen places of 2 x 2 pixels. Nothing looks beyond its cell: the description holds all that
its pixels depend on, so a cell painted alone equals the same cell in a whole frame, bit for bit.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from phosphene.painter.cells import COLOURS, SHAPES
from recipes.renderer.rounding import Rounding, Rounds, output_channel, rounded

PLACES = 16
# Values that leave the network for one place: 2 x 2 pixels of red, green and blue.
OUT = 12
# How far from zero each stored tensor should stay: a rare large value makes the steps coarse for all others.
RANGES = {
    "edges": 14.0,
    "inside": 1.5,
    "under": 1.6,
    "over": 1.15,
    "seen": 1.2,
    "shares": 1.2,
    "tints": 1.1,
    "steps": 1.1,
    "change": 1.05,
    "ground": 1.05,
}


class Network(nn.Module):
    """Edges → how far inside → what is seen of each layer → its colour's step from the ground → pixels."""

    def __init__(self, edges: int = 40, inside: int = 40, seen: int = 32, steps: int = 144) -> None:
        super().__init__()
        self.edges = nn.ConvTranspose2d(SHAPES, edges, (1, PLACES), (1, PLACES))
        self.inside = nn.Conv2d(edges, inside, 1)
        self.seen = nn.Conv2d(inside, seen, 1)
        self.glyph = nn.Conv2d(4, seen, 1, bias=False)
        self.steps = nn.Conv2d(seen, steps, 1)
        self.colours = nn.ConvTranspose2d(COLOURS, steps, (1, PLACES), (1, PLACES), bias=False)
        self.pixels = nn.Conv2d(steps, OUT, 1, bias=False)
        self.ground = nn.ConvTranspose2d(COLOURS, OUT, (1, PLACES), (1, PLACES))
        self.rounding = Rounding(RANGES, {"pixels": (0.0, 1.0)})

    def forward(self, glyph: Tensor, colours: Tensor, shapes: Tensor) -> Tensor:
        """Return pixels [1, 12, 1, 16n], about 0 to 1, of n cells: glyph [1, 4, 1, 16n], colours [1, 24, 1, n],
        shapes [1, 30, 1, n].
        """
        edges = functional.relu(self.edges(shapes))
        inside = functional.relu(self.inside(edges))
        seen = functional.relu(self.seen(inside) + self.glyph(glyph))
        steps = functional.relu(self.steps(seen) + self.colours(colours))
        return self.pixels(steps) + self.ground(colours)

    def cells(self, glyph: Tensor, colours: Tensor, shapes: Tensor, rounds: Rounds = Rounds.NOTHING) -> Tensor:
        """Return the same as rows: pixels [n, 16, 12] of glyph [n, 16, 4], colours [n, 24], shapes [n, 30].

        Matrix products are what trains fast on a CPU. `rounds` says what is rounded as int8 will round it.
        """
        keep = _unrounded if rounds is Rounds.NOTHING else self.rounding
        weight = _rounded if rounds is Rounds.ALL else _exact
        edges = keep("edges", functional.relu(_spread(self.edges, weight(self.edges), shapes)))
        inside = keep("inside", functional.relu(_each(self.inside, weight(self.inside), edges)))
        under = keep("under", _each(self.seen, weight(self.seen), inside))
        over = keep("over", _each(self.glyph, weight(self.glyph), glyph))
        seen = keep("seen", functional.relu(under + over))
        shares = keep("shares", _each(self.steps, weight(self.steps), seen))
        tints = keep("tints", _spread(self.colours, weight(self.colours), colours))
        steps = keep("steps", functional.relu(shares + tints))
        change = keep("change", _each(self.pixels, weight(self.pixels), steps))
        ground = keep("ground", _spread(self.ground, weight(self.ground), colours))
        return keep("pixels", change + ground)


def real(integers: Tensor) -> Tensor:
    """Return what the network sees of the int8 numbers that go into its graph: 128 steps to one."""
    return integers.to(torch.float32) / 128


def _spread(layer: nn.ConvTranspose2d, weight: Tensor, cells: Tensor) -> Tensor:
    product = cells @ weight[:, :, 0].transpose(1, 2).reshape(cells.shape[1], -1)
    places = product.view(len(cells), PLACES, -1)
    return places if layer.bias is None else places + layer.bias


def _each(layer: nn.Conv2d, weight: Tensor, places: Tensor) -> Tensor:
    return functional.linear(places, weight[:, :, 0, 0], layer.bias)


def _rounded(layer: nn.Conv2d | nn.ConvTranspose2d) -> Tensor:
    return rounded(layer.weight, output_channel(layer))


def _exact(layer: nn.Conv2d | nn.ConvTranspose2d) -> Tensor:
    return layer.weight


def _unrounded(name: str, values: Tensor) -> Tensor:
    return values
