# SPDX-License-Identifier: Apache-2.0
"""The renderer's network before and after training, where torch is there: two ways to run it, and where it starts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phosphene.painter.atlas import Atlas
from phosphene_tools.painter.recipes import recipe_module

torch: Any = pytest.importorskip("torch", reason="needs training: pip install 'phosphene[train]'")
network: Any = recipe_module("renderer.network")
rounding: Any = recipe_module("renderer.rounding")
start: Any = recipe_module("renderer.start")
samples: Any = recipe_module("renderer.samples")
pages: Any = recipe_module("renderer.pages")


@pytest.fixture(scope="module")
def begun() -> Any:
    made = network.Network()
    start.start(made)
    return made.eval()


@pytest.fixture(scope="module")
def cells() -> Any:
    return samples.draw(np.random.default_rng(1), Atlas.load(), 800, lambda rng: pages.random_page(rng, 4))


def test_convolutions_and_matrix_products_compute_the_same(begun: Any, cells: Any) -> None:
    glyph, colours, shapes, _ = cells.tensors(np.arange(60))
    with torch.no_grad():
        rows = begun.cells(glyph, colours, shapes)
        picture = begun(
            glyph.permute(2, 0, 1).reshape(1, 4, 1, -1),
            colours.T.reshape(1, 24, 1, -1),
            shapes.T.reshape(1, 30, 1, -1),
        )
    assert torch.allclose(picture.reshape(12, 60, 16).permute(1, 2, 0), rows, atol=1e-5)


def test_training_starts_from_pictures_that_can_be_recognised(begun: Any, cells: Any) -> None:
    glyph, colours, shapes, pixels = cells.tensors(np.arange(800))
    with torch.no_grad():
        error = (begun.cells(glyph, colours, shapes).clamp(0, 1) - pixels).square().mean()
    assert -10 * np.log10(float(error)) > 26


def test_rounding_to_int8_leaves_the_held_weights_as_they_are(begun: Any) -> None:
    settled = rounding.settled(begun)
    for layer, units in (("edges", start.EDGE_UNITS), ("colours", start.STEP_UNITS), ("ground", 12)):
        before, after = (getattr(one, layer).weight[:, :units] for one in (begun, settled))
        assert torch.allclose(before, after, rtol=0, atol=1e-5)


def test_held_weights_get_no_gradient_and_the_others_do(cells: Any) -> None:
    made = network.Network()
    start.start(made)
    start.hold(made)
    glyph, colours, shapes, pixels = cells.tensors(np.arange(200))
    (made.cells(glyph, colours, shapes, rounding.Rounds.ALL) - pixels).square().mean().backward()
    assert not made.edges.weight.grad[:, : start.EDGE_UNITS].any()
    assert not made.colours.weight.grad[:, : start.STEP_UNITS].any()
    assert made.ground.weight.grad is None
    for layer in (made.inside, made.seen, made.glyph, made.steps, made.pixels):
        assert layer.weight.grad.abs().sum() > 0


def test_an_even_ground_stays_even_through_the_four_points() -> None:
    for place in range(16):
        for pixel in range(4):
            four = start.through_four(*start.at(place, pixel)) * start.GROUND_WHOLE
            assert np.allclose(four, np.rint(four))
            assert np.rint(four).sum() == start.GROUND_WHOLE
            assert np.rint(np.abs(four)).max() <= 127


def test_cells_become_places_and_come_back() -> None:
    quality = recipe_module("renderer.quality")
    picture = np.arange(16 * 24 * 3).reshape(16, 24, 3) % 251
    tiles = picture.reshape(2, 8, 3, 8, 3).swapaxes(1, 2).reshape(6, 8, 8, 3).astype(np.uint8)
    assert np.array_equal(quality.as_picture(samples.by_place(tiles), 2, 3), picture)
