# SPDX-License-Identifier: Apache-2.0
"""The shipped graphs: fit for the chips, small enough together, and giving what they gave, on a drawn picture."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from drawn import ground, open_hand, with_face, with_hand

from phosphene.accelerators import Description, Graph, TensorSpec, load_graph
from phosphene.accelerators.litert import Kernels
from phosphene.models import folder, model_file
from phosphene.perception.vision.face_detector import FaceDetector
from phosphene.perception.vision.hand_landmarks import HandLandmarker
from phosphene.perception.vision.network import PictureNetwork
from phosphene.perception.vision.palm_detector import MIDDLE, WRIST, PalmDetector
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.seeing import GRAPHS
from phosphene.perception.vision.view import Square
from phosphene_tools.models.card import read_card
from phosphene_tools.models.check import check

MEGABYTES = 8e6


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_is_integer_and_wholly_on_the_edge_tpu(name: str) -> None:
    result = check(model_file(name, f"{name}.tflite"))
    assert result["problems"] == []
    assert read_card(folder() / name).graphs[f"{name}.tflite"].placement["edgetpu"].startswith("wholly")


def test_all_graphs_together_are_small() -> None:
    assert sum(model_file(name, f"{name}.tflite").stat().st_size for name in GRAPHS) < MEGABYTES / 2


PICTURE = Picture(np.asarray(with_hand(with_face(ground(), 180, 220, 130), open_hand(), 170, 460, 400)))
KERNELS: tuple[Kernels, Kernels] = ("xnnpack", "reference")


def _both(name: str) -> list[Graph]:
    """The fast kernels, and the reference ones, which golden results are made with; a few steps of int8 lie between."""
    return [load_graph(model_file(name, f"{name}.tflite"), kernels=kernels) for kernels in KERNELS]


def test_kernels_agree_on_faces() -> None:
    one, other = (FaceDetector(graph).find(PICTURE.cut(PICTURE.whole, 192), 0.5)[0] for graph in _both("face"))
    assert other.score == pytest.approx(one.score, abs=0.08)
    assert other.centre == pytest.approx(one.centre, abs=0.03 * float(one.extent.max()))
    assert other.points == pytest.approx(one.points, abs=0.06 * float(one.extent.max()))


def test_kernels_agree_on_palms() -> None:
    one, other = (PalmDetector(graph).find(PICTURE.cut(PICTURE.whole, 192))[0] for graph in _both("palm"))
    assert other.score == pytest.approx(one.score, abs=0.08)
    assert other.points[[WRIST, MIDDLE]] == pytest.approx(
        one.points[[WRIST, MIDDLE]], abs=0.15 * float(one.extent.max())
    )


def test_kernels_agree_on_landmarks() -> None:
    square = Square(450, 310, 340)
    one, other = (HandLandmarker(graph).place(PICTURE, square) for graph in _both("hand"))
    size = np.ptp(one.points[:, :2], axis=0).max()
    assert np.linalg.norm(one.points[:, :2] - other.points[:, :2], axis=1).mean() < 0.02 * size
    assert other.presence == pytest.approx(one.presence, abs=0.05)


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_answers_differently_to_different_input(name: str) -> None:
    graph = load_graph(model_file(name, f"{name}.tflite"))
    rng = np.random.default_rng(2)
    noise = rng.integers(-128, 128, graph.inputs[0].shape, np.int8)
    first, second = graph.run(noise), graph.run(np.roll(noise, 7, axis=-2 if noise.ndim == 4 else -1))
    assert any(not np.array_equal(one, other) for one, other in zip(first, second, strict=True))


@dataclass
class Fed:
    """A graph that keeps what it was given."""

    graph: Graph
    inputs: tuple[TensorSpec, ...] = field(init=False)
    outputs: tuple[TensorSpec, ...] = field(init=False)
    given: list[NDArray[Any]] = field(default_factory=list[NDArray[Any]])

    def __post_init__(self) -> None:
        self.inputs, self.outputs = self.graph.inputs, self.graph.outputs

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        self.given += arrays
        return self.graph.run(*arrays)

    def describe(self) -> Description:
        return self.graph.describe()


@pytest.mark.parametrize(("name", "low", "high"), [("face", -1.0, 1.0), ("palm", 0.0, 1.0), ("hand", 0.0, 1.0)])
def test_a_pixel_becomes_the_integer_that_stands_for_it(name: str, low: float, high: float) -> None:
    graph = Fed(load_graph(model_file(name, f"{name}.tflite")))
    network = PictureNetwork(graph, (graph.outputs[0].name,), low, high)
    pixels = np.arange(network.size**2 * 3).reshape(network.size, network.size, 3).astype(np.uint8)
    network.run(pixels)
    real = low + (high - low) * pixels.astype(np.float32) / 255
    # Where a pixel lies in the middle between two integers, either may be taken.
    half = 0.5 * graph.inputs[0].scale
    assert np.abs(graph.inputs[0].dequantise(graph.given[0][0]) - real).max() <= half + 1e-4
