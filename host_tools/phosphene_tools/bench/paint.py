# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench paint`: from a scene to checked pixels, by size and stage, one core and two, int8 and float32."""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
import time
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from phosphene.painter.painted import Painted
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Scene
from phosphene_tools.bench.figures import heading, percentile
from phosphene_tools.bench.paint_graphs import Workshop
from phosphene_tools.painter.demo import SCENES

SIZES: Final = (Panel(160, 120, 58), Panel(320, 240, 58), Panel(512, 384, 105), Panel(800, 480, 154))
_SMALLEST: Final = 12
# What a single core of a server like this does in the time that a Cortex-A76 at 2.4 GHz does one: from published
# single-core scores, which spread this far.
_A76: Final = (2.5, 4.0)


def run(seconds: float = 5.0) -> dict[str, Any]:
    """Return all figures, in ms unless their key says otherwise; `seconds` is spent on each size and core count.

    `compose_ms` lays a new scene out, `grid_ms` makes palette, field and grid, `render_ms` turns the grid into pixels,
    `read_ms` is gate and overlay, `frame_ms` goes from a laid out scene to checked pixels (grid, pixels, gate),
    `tile_ms` shows a changed digit, `new_scene_ms` is all of it. Medians; `_p95` is what one in twenty exceeds.
    """
    sizes = {_name(panel): _stages(Workshop(threads=1), panel, seconds) for panel in SIZES}
    two = {_name(panel): _stages(Workshop(threads=2), panel, 0.4 * seconds) for panel in SIZES}
    shown = sizes[_name(SIZES[1])]
    speed = _in_float(SIZES[1], 0.8 * seconds, shown["new_scene_ms"])
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
    """Paint demo scenes with ever new values and seeds; after each, change one digit."""
    painter = workshop.painter(panel)
    painted: list[Painted] = []
    tiles: list[float] = []
    whole: list[float] = []
    # The first of all fills caches: glyph prototypes, palettes.
    for scene in SCENES:
        painter.paint(scene)
    workshop.forget()
    end = time.perf_counter() + seconds
    for scene in ever_new():
        began = time.perf_counter()
        one = painter.paint(scene)
        whole.append(1000 * (time.perf_counter() - began))
        painted.append(one)
        began = time.perf_counter()
        painter.update(one, ticked(scene))
        tiles.append(1000 * (time.perf_counter() - began))
        if time.perf_counter() > end and len(painted) >= _SMALLEST:
            break
    compose = [one.ms["compose"] for one in painted]
    frame = median(sum(one.ms.values()) - one.ms["compose"] for one in painted)
    return {
        "compose_ms": round(median(compose), 2),
        "compose_ms_p95": round(percentile(sorted(compose), 0.95), 2),
        **{f"{stage}_ms": round(median(one.ms[stage] for one in painted), 2) for stage in ("grid", "render", "read")},
        "frame_ms": round(frame, 2),
        "tile_ms": round(median(tiles), 2),
        "tile_ms_p95": round(percentile(sorted(tiles), 0.95), 2),
        "new_scene_ms": round(median(whole), 2),
        "new_scene_ms_p95": round(percentile(sorted(whole), 0.95), 2),
        "fps": round(1000 / frame, 1),
        "frames": len(painted),
    }


def ever_new() -> Iterator[Scene]:
    """Yield the demo's scenes over and over, each time with other digits and another seed."""
    for seed in itertools.count(1):
        scene, rng = SCENES[(seed - 1) % len(SCENES)], random.Random(seed)
        facts = tuple(dataclasses.replace(fact, value=_other_digits(fact.value, rng)) for fact in scene.facts)
        yield dataclasses.replace(scene, facts=facts, seed=seed)


def ticking() -> Iterator[Scene]:
    """Yield one scene over and over, each time with the last digit of its first fact one further."""
    scene = SCENES[0]
    while True:
        scene = ticked(scene)
        yield scene


def _other_digits(value: str, rng: random.Random) -> str:
    return "".join(rng.choice("123456789") if character.isdigit() else character for character in value)


def ticked(scene: Scene) -> Scene:
    """Return the scene with the last digit of its first fact one further."""
    first, *others = scene.facts
    place = max(at for at, character in enumerate(first.value) if character.isdigit())
    digit = str((int(first.value[place]) + 1) % 10)
    value = first.value[:place] + digit + first.value[place + 1 :]
    return dataclasses.replace(scene, facts=(dataclasses.replace(first, value=value), *others))


def _in_float(panel: Panel, seconds: float, new_scene_ms: float) -> dict[str, Any]:
    """Paint whole scenes in turn with the int8 graphs and with their float32 twins, and time what invokes each.

    Each painter runs all its graphs as they follow each other in use, so that they find in the caches what they would.
    """
    int8, floats = Workshop(), Workshop(in_float=True)
    painters = int8.painter(panel), floats.painter(panel)
    for scene in SCENES:
        for painter in painters:
            painter.paint(scene)
    int8.forget()
    floats.forget()
    end, count = time.perf_counter() + seconds, 0
    for scene in ever_new():
        for painter in painters:
            painter.paint(scene)
        count += 1
        if time.perf_counter() > end and count >= _SMALLEST:
            break
    graphs: dict[str, dict[str, Any]] = {}
    spent = spent_in_float = 0.0
    for name, graph in sorted(int8.graphs.items()):
        twin = floats.graphs[name]
        per_scene = graph.runs / count
        both = graph.runs > 0 and twin.runs > 0
        graphs[name] = {
            "runs_per_scene": round(per_scene, 1),
            "ms_per_run": round(graph.ms_per_run, 4),
            "float_ms_per_run": round(twin.ms_per_run, 4),
            "ms_per_scene": round(per_scene * graph.ms_per_run, 3),
            "macs_per_scene": round(graph.macs * per_scene),
            "bytes_moved_per_scene": round(graph.bytes_moved * per_scene),
            "speedup": round(twin.ms_per_run / graph.ms_per_run, 2) if both else None,
        }
        if both:
            spent += per_scene * graph.ms_per_run
            # As many runs as int8 takes: in float32 a layout may come out another way.
            spent_in_float += per_scene * twin.ms_per_run
    return {
        "int8_speedup": round(spent_in_float / spent, 2),
        "int8_speedup_note": "the graphs of a new scene at 320x240; whole scenes are painted in turn, int8 and float32",
        "int8_speedup_new_scene": round((new_scene_ms - spent + spent_in_float) / new_scene_ms, 2),
        "graphs_ms_per_scene": round(spent, 2),
        "graphs_320x240": graphs,
        "macs_per_scene": sum(entry["macs_per_scene"] for entry in graphs.values()),
        "bytes_moved_per_scene": sum(entry["bytes_moved_per_scene"] for entry in graphs.values()),
    }
