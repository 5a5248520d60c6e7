# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench paint`: from a scene to checked pixels, by size and stage, one core and two, int8 and float32."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from phosphene.painter.painted import Painted
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Scene
from phosphene_tools.bench.figures import heading
from phosphene_tools.bench.paint_graphs import Workshop
from phosphene_tools.painter.demo import SCENES

SIZES: Final = (Panel(160, 120, 58), Panel(320, 240, 58), Panel(512, 384, 105), Panel(800, 480, 154))
_SMALLEST: Final = 12
# What a single core of a server like this does in the time that a Cortex-A76 at 2.4 GHz does one: from published
# single-core scores, which spread this far.
_A76: Final = (2.5, 4.0)


def run(seconds: float = 5.0) -> dict[str, Any]:
    """Return all figures, in ms unless their key says otherwise; `seconds` is spent on each size and core count.

    `compose_ms` lays a new scene out, `render_ms` turns the grid into pixels, `read_ms` is gate and overlay, `frame_ms`
    goes from a laid out scene to checked pixels (field, grid, pixels, gate), `tile_ms` shows a changed digit. Medians.
    """
    sizes = {_name(panel): _stages(Workshop(threads=1), panel, seconds) for panel in SIZES}
    two = {_name(panel): _stages(Workshop(threads=2), panel, 0.4 * seconds) for panel in SIZES}
    speed = _in_float(SIZES[1], 0.8 * seconds)
    shown = sizes[_name(SIZES[1])]
    return {
        **heading(),
        "where": "x86 CPU, no board and no accelerator",
        "sizes": sizes,
        "sizes_two_cores": two if (os.cpu_count() or 1) > 1 else "only one core here",
        **speed,
        "cortex_a76_projection": {
            "frame_ms": [round(factor * shown["frame_ms"], 1) for factor in _A76],
            "new_scene_ms": [round(factor * shown["new_scene_ms"], 1) for factor in _A76],
            "note": "320x240; a projection, not run on hardware: the times above, 2.5 to 4 times as long",
        },
    }


def _name(panel: Panel) -> str:
    return f"{panel.width}x{panel.height}"


def _stages(workshop: Workshop, panel: Panel, seconds: float) -> dict[str, Any]:
    """Paint demo scenes with ever new seeds; after each, change one digit."""
    painter = workshop.painter(panel)
    painted: list[Painted] = []
    tiles: list[float] = []
    whole: list[float] = []
    # The first of all fills caches: glyph prototypes, palettes.
    for scene in SCENES:
        painter.paint(scene)
    workshop.forget()
    end = time.perf_counter() + seconds
    for scene in _ever_new():
        began = time.perf_counter()
        one = painter.paint(scene)
        whole.append(1000 * (time.perf_counter() - began))
        painted.append(one)
        began = time.perf_counter()
        painter.update(one, _ticked(scene))
        tiles.append(1000 * (time.perf_counter() - began))
        if time.perf_counter() > end and len(painted) >= _SMALLEST:
            break
    stage = {name: median(one.ms[name] for one in painted) for name in ("compose", "grid", "render", "read")}
    frame = median(sum(one.ms.values()) - one.ms["compose"] for one in painted)
    return {
        "compose_ms": round(stage["compose"], 2),
        "grid_ms": round(stage["grid"], 2),
        "render_ms": round(stage["render"], 2),
        "read_ms": round(stage["read"], 2),
        "frame_ms": round(frame, 2),
        "tile_ms": round(median(tiles), 2),
        "new_scene_ms": round(median(whole), 2),
        "fps": round(1000 / frame, 1),
        "frames": len(painted),
    }


def _ever_new() -> Iterator[Scene]:
    seed = 0
    while True:
        for scene in SCENES:
            seed += 1
            yield dataclasses.replace(scene, seed=seed)


def _ticked(scene: Scene) -> Scene:
    """Return the scene with the last digit of its first fact one further."""
    first, *others = scene.facts
    place = max(at for at, character in enumerate(first.value) if character.isdigit())
    digit = str((int(first.value[place]) + 1) % 10)
    value = first.value[:place] + digit + first.value[place + 1 :]
    return dataclasses.replace(scene, facts=(dataclasses.replace(first, value=value), *others))


def _in_float(panel: Panel, seconds: float) -> dict[str, Any]:
    """Time each graph and its float32 twin on the same inputs, in turn, while whole scenes are painted."""
    workshop = Workshop(twins=True)
    painter = workshop.painter(panel)
    for scene in SCENES:
        painter.paint(scene)
    workshop.forget()
    end, count = time.perf_counter() + seconds, 0
    for scene in _ever_new():
        painter.paint(scene)
        count += 1
        if time.perf_counter() > end and count >= _SMALLEST:
            break
    graphs: dict[str, dict[str, Any]] = {
        name: {
            "runs_per_scene": round(graph.runs / count, 1),
            "ms_per_scene": round(1000 * graph.seconds / count, 3),
            "macs_per_scene": round(graph.macs * graph.runs / count),
            "bytes_moved_per_scene": round(graph.bytes_moved * graph.runs / count),
            "speedup": round(graph.twin_seconds / graph.seconds, 2) if graph.runs else None,
        }
        for name, graph in sorted(workshop.graphs.items())
    }
    int8 = sum(graph.seconds for graph in workshop.graphs.values())
    twins = sum(graph.twin_seconds for graph in workshop.graphs.values())
    return {
        "int8_speedup": round(twins / int8, 2),
        "int8_speedup_note": "all graphs of a new scene at 320x240, in turn with their float32 twins",
        "graphs_320x240": graphs,
        "macs_per_scene": sum(entry["macs_per_scene"] for entry in graphs.values()),
        "bytes_moved_per_scene": sum(entry["bytes_moved_per_scene"] for entry in graphs.values()),
    }
