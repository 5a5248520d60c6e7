# SPDX-License-Identifier: Apache-2.0
"""Quantises the palm detector, calibrated on photographed hands in packaged surroundings."""

from __future__ import annotations

from typing import Final

from phosphene.errors import PhospheneError
from phosphene_tools.perception.packages import SKIMAGE
from recipes.seeing.export import export
from recipes.seeing.networks import PALM
from recipes.seeing.pictures import GROUNDS, learning, palm_views
from recipes.seeing.publishing import cleared, pictures_of, publish, signs_of, weights_of
from recipes.seeing.spread_ranges import mean_and_spread
from recipes.workshop.run import Run

_VIEWS: Final = 400
_SIZE: Final = 192


def build(run: Run) -> None:
    """Write the graph and its card; `run.steps` is the number of views to calibrate on."""
    if run.data is None:
        raise PhospheneError("no hands to calibrate on", cure="--data DIR, with DIR/sign-digits: docs/seeing.md")
    views = palm_views(run.data, run.steps or _VIEWS, _SIZE, run.seed + 1)
    report = export(PALM, views, cleared(run), run.work, strength=0.6, merge=mean_and_spread)
    publish(
        run,
        report,
        "finds palms with wrist and knuckles in a square view",
        {
            "picture": "RGB, 0 to 255 as 0 to 1",
            "scores_24": "logits that a palm belongs to the cell, 24 by 24 cells, two anchors each",
            "scores_12": "the same for 12 by 12 cells, six anchors each",
            "boxes_24": "per anchor centre x, y, width, height, then seven points, in pixels of 192; centre and "
            "points from the cell's middle on",
            "boxes_12": "the same for 12 by 12 cells",
        },
        [
            weights_of(PALM),
            signs_of(run.data, learning(run.data), "calibration"),
            pictures_of(SKIMAGE, [f"skimage/data/{name}.png" for name in GROUNDS]),
        ],
        [
            "PReLU, which the quantiser doesn't know, is written as two depthwise convolutions and a sum",
            "calibrated on hands of one school before plain backgrounds, cut out into others",
        ],
        steps=len(views),
    )
