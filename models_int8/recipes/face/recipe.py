# SPDX-License-Identifier: Apache-2.0
"""Quantises the face detector, calibrated on packaged faces in packaged surroundings."""

from __future__ import annotations

from typing import Final

from phosphene_tools.perception.packages import SKIMAGE
from recipes.seeing.export import export
from recipes.seeing.networks import FACE
from recipes.seeing.pictures import FACES, GROUNDS, face_views
from recipes.seeing.publishing import cleared, pictures_of, publish, weights_of
from recipes.workshop.run import Run

_VIEWS: Final = 400
_SIZE: Final = 192


def build(run: Run) -> None:
    """Write the graph and its card; `run.steps` is the number of views to calibrate on."""
    views = face_views(run.steps or _VIEWS, _SIZE, run.seed + 1)
    report = export(FACE, views, cleared(run), run.work)
    packages = dict.fromkeys(package for package, _, _ in FACES)
    members = {package: [member for one, member, _ in FACES if one == package] for package in packages}
    members[SKIMAGE] = [f"skimage/data/{name}.png" for name in GROUNDS]
    publish(
        run,
        report,
        "finds faces with eyes, nose, mouth and ears in a square view",
        {
            "picture": "RGB, 0 to 255 as -1 to 1",
            "scores": "logit that a face belongs to the cell, 48 by 48 cells",
            "boxes": "per cell centre x, y, width, height, then x and y of right eye, left eye, nose, mouth, right "
            "ear, left ear, in pixels of 192; centre and points from the cell's middle on",
        },
        [weights_of(FACE), *(pictures_of(package, names) for package, names in members.items())],
        [
            "calibrated on three photographs of one person in many sizes, lights and surroundings",
            "nothing is known of the people whom the published network was trained on but what its makers say",
        ],
        steps=len(views),
    )
