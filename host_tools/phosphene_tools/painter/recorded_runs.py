# SPDX-License-Identifier: Apache-2.0
"""What goes into the painter's graphs while it paints: int8 inputs, to calibrate compilers of other vendors with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Description, Graph, TensorSpec, load_graph
from phosphene.models import folder
from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import SceneError
from phosphene.painter.compose import Composer
from phosphene.painter.field import Field, Spectrum
from phosphene.painter.painted import PaintError
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.painter.read import Reader
from phosphene.painter.render import Renderer
from phosphene.painter.scene import Scene
from phosphene_tools.painter.demo import SCENES

Run = tuple[NDArray[np.int8], ...]
PANEL: Final = Panel(320, 240, 58.0)
# Whose graphs run.
MODELS: Final = ("composer", "field", "reader", "renderer")
_LIGHTS: Final = (0.05, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Recorder:
    """A graph that keeps a copy of every input that it runs on."""

    graph: Graph
    runs: list[Run]

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """The graph's own."""
        return self.graph.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """The graph's own."""
        return self.graph.outputs

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """Run the graph, and keep what it ran on."""
        self.runs.append(tuple(array.copy() for array in arrays))
        return self.graph.run(*arrays)

    def describe(self) -> Description:
        """Return what the graph says of itself."""
        return self.graph.describe()


@dataclass(frozen=True, slots=True)
class Recording:
    """Loads graphs that are recorded; `runs` holds them by the graph's path. An accelerator, for the renderer."""

    runs: dict[Path, list[Run]] = field(default_factory=lambda: defaultdict(list))

    @property
    def name(self) -> str:
        """The processor that the graphs run on."""
        return "cpu"

    def load(self, path: Path) -> Recorder:
        """Load the graph at `path`; raises ModelError."""
        return Recorder(load_graph(path), self.runs[path])


def recorded(paints: int = 36, models: Path | None = None) -> dict[Path, list[Run]]:
    """Return what each of the painter's graphs in `models`, the shipped ones by default, ran on in so many paintings.

    The scenes are those of the demo under other seeds and lights, each followed by a change of one value.
    """
    models = models or folder()
    recording = Recording()
    painter = Painter(
        PANEL,
        Composer(recording.load(models / "composer" / "composer.tflite")),
        Field(recording.load(models / "field" / "field.tflite"), Spectrum.load(models / "field" / "spectrum.npz")),
        Renderer(PANEL, folder=models / "renderer", accelerator=recording),
        Reader(recording.load(models / "reader" / "reader.tflite"), Reader.load(models / "reader").limits),
        Atlas.load(models / "painter" / "atlas.npz"),
    )
    for scene in _scenes(paints):
        try:
            painter.update(painter.paint(scene), _changed(scene))
        except (SceneError, PaintError):
            # A look that can't be shown is the report's business; its runs are as good as any.
            continue
    return dict(recording.runs)


def _scenes(count: int) -> Iterator[Scene]:
    for number in range(count):
        scene = SCENES[number % len(SCENES)]
        light = _LIGHTS[number // len(SCENES) % len(_LIGHTS)]
        yield replace(scene, seed=1000 + number, context=replace(scene.context, light=light))


def _changed(scene: Scene) -> Scene:
    """Return the scene with the digits of its first value turned by one."""
    first, *others = scene.facts
    turned = first.value.translate(str.maketrans("0123456789", "1234567890"))
    return replace(scene, facts=(replace(first, value=turned), *others))
