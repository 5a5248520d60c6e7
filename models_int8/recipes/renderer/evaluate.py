# SPDX-License-Identifier: Apache-2.0
"""Prints what the shipped renderer does, as JSON: `python -m recipes.renderer.evaluate`.

Pages are drawn with seeds that training does not use; half are random, half laid out by the composer's teacher.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace

import numpy as np

from phosphene.painter.atlas import Atlas
from phosphene.painter.grid import build
from phosphene.painter.panel import Panel
from phosphene.painter.render import Renderer
from recipes.renderer.pages import random_page
from recipes.renderer.quality import int8_painter, psnr
from recipes.renderer.samples import Page
from recipes.renderer.scenes import composed_page

SEED = 20_000
PANELS = ((160, 120), (320, 240), (512, 384), (800, 480))


def unseen(count: int) -> list[Page]:
    """Return `count` pages, every second one composed."""
    atlas = Atlas.load()
    rng = np.random.default_rng(SEED)
    return [composed_page(rng) if place % 2 else random_page(rng, len(atlas.fonts)) for place in range(count)]


def milliseconds(panel: Panel, atlas: Atlas, repeats: int = 15) -> dict[str, float]:
    """Return the least time of building a grid and of painting it whole, on one thread."""
    page, colours, field = composed_page(np.random.default_rng(SEED))
    page = replace(page, panel=panel, runs=(), widgets=())
    renderer = Renderer(panel)
    grid = build(page, colours, field, atlas)
    spent: dict[str, list[float]] = {"grid_ms": [], "render_ms": []}
    for _ in range(repeats):
        began = time.perf_counter()
        build(page, colours, field, atlas)
        built = time.perf_counter()
        renderer.frame(grid, atlas)
        spent["grid_ms"].append(built - began)
        spent["render_ms"].append(time.perf_counter() - built)
    return {name: round(min(times) * 1e3, 2) for name, times in spent.items()}


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m recipes.renderer.evaluate")
    parser.add_argument("--pages", type=int, default=60)
    asked = parser.parse_args()
    atlas = Atlas.load()
    figures: dict[str, object] = dict(psnr(unseen(asked.pages), atlas, int8_painter(atlas)))
    figures["sizes"] = {f"{w}x{h}": milliseconds(Panel(w, h), atlas) for w, h in PANELS}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
