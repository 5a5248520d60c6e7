# SPDX-License-Identifier: Apache-2.0
"""Quantises the hand landmarks, calibrated on photographed hands."""

from __future__ import annotations

from typing import Final

from phosphene.errors import PhospheneError
from recipes.seeing.export import export
from recipes.seeing.hands import hand_views
from recipes.seeing.networks import HAND
from recipes.seeing.pictures import learning
from recipes.seeing.publishing import cleared, publish, signs_of, weights_of
from recipes.workshop.run import Run

_VIEWS: Final = 400
_SIZE: Final = 224


def build(run: Run) -> None:
    """Write the graph and its card; `run.steps` is the number of views to calibrate on."""
    if run.data is None:
        raise PhospheneError("no hands to calibrate on", cure="--data DIR, with DIR/sign-digits: docs/seeing.md")
    hands = learning(run.data)
    views = hand_views(hands, run.steps or _VIEWS, _SIZE, run.seed + 1)
    # Its activations are ReLU6: only a few channels could be rescaled.
    report = export(HAND, views, cleared(run), run.work, strength=0.0)
    publish(
        run,
        report,
        "places the 21 points of a hand in a square view of it, fingers up",
        {
            "picture": "RGB, 0 to 255 as 0 to 1",
            "points": "x, y and z of 21 points in pixels of 224; z from the wrist on, smaller is nearer",
            "presence": "how likely the view shows a hand, 0 to 1",
            "right": "how likely the hand is a right one, 0 to 1",
        },
        [weights_of(HAND), signs_of(run.data, hands, "calibration")],
        ["calibrated on hands of one school before plain backgrounds"],
        steps=len(views),
    )
