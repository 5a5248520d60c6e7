# SPDX-License-Identifier: Apache-2.0
"""The check before a switch, run on the host from the new set: `python -m phosphene_tools.deploy.health`.

Three questions, each answered by what will run: does the accelerator give the golden results, does the board answer,
does a painted frame pass the gate. A line of JSON for each: `check`, `well`, `said`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from phosphene.errors import PhospheneError

_CHECKS = ("inference", "board", "frame")


def main() -> None:
    """Run the checks; exits 1 when one fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rig", required=True)
    parser.add_argument("--accelerator", default="cpu")
    parser.add_argument("--bundle", type=Path)
    asked = parser.parse_args()
    checks: dict[str, Callable[[], str]] = {
        "inference": lambda: inference(asked.accelerator),
        "board": lambda: asyncio.run(board(asked.rig, asked.bundle)),
        "frame": lambda: frame(asked.accelerator),
    }
    well = [_run(name, checks[name]) for name in _CHECKS]
    sys.exit(0 if all(well) else 1)


def _run(name: str, check: Callable[[], str]) -> bool:
    try:
        said, well, cure = check(), True, ""
    except PhospheneError as error:
        said, well, cure = " — ".join(part for part in (error.message, error.place) if part), False, error.cure
    except Exception as error:  # the fault of a new version must be told as such, and the others still be asked
        said, well, cure = f"{type(error).__name__}: {error}", False, "this version is broken: deploy another"
    print(json.dumps({"check": name, "well": well, "said": said, "cure": cure}), flush=True)
    return well


def inference(accelerator: str) -> str:
    """Hold the accelerator against the golden results of every graph that has some. Raises PhospheneError."""
    from phosphene.accelerators import Supervised, open_accelerator
    from phosphene_tools.models.catalog import graph_files
    from phosphene_tools.models.golden import held_against, without_golden

    files = graph_files("")
    files = [path for path in files if path not in without_golden(files)]
    events: list[str] = []
    opened = open_accelerator(accelerator, on_event=lambda event: events.append(str(event)))
    with opened if isinstance(opened, Supervised) else contextlib.nullcontext():
        found = held_against(files, opened)
    off = [f"{one.graph}: {problem}" for one in found for problem in one.problems]
    # That compiler quantises anew, so a graph may differ from its published results without being wrong.
    judged = accelerator.partition(":")[0] != "rknn"
    if problems := [*(off if judged else ()), *events]:
        cure = f"phosphene models golden --accelerator {accelerator}"
        raise PhospheneError("; ".join(problems[:3]), place=f"accelerator {accelerator}", cure=cure)
    if not found:
        raise PhospheneError("no graph has golden results", place="models", cure="phosphene models golden NAME --write")
    if off:
        return f"{len(found)} graphs ran on {accelerator}; further from the published results: {'; '.join(off)}"
    return f"{len(found)} graphs as published on {accelerator}"


async def board(rig: str, bundle: Path | None) -> str:
    """Shake hands with the rig's board, or with a simulated one that is started for it. Raises LineError."""
    from phosphene_tools.attach import attached
    from phosphene_tools.rig_up import rig_up

    async with rig_up(rig) as up, attached(up.port, "observe", "health") as there:
        dictionary = await there.mcu.dictionary()
        hello = there.mcu.hello
        return f"{hello.board} answers, {len(dictionary.tasks)} tasks, {_firmware(hello.firmware_hash, bundle)}"


def _firmware(running: bytes, bundle: Path | None) -> str:
    if bundle is None:
        return f"firmware {running.hex()}"
    from phosphene_tools.flash.bundle import Bundle

    ours = Bundle.read(bundle).manifest.seal[:8]
    same = ours == running
    return f"firmware {running.hex()}, {'that' if same else 'not that'} of this set" + (
        "" if same else f" ({ours.hex()})"
    )


def frame(accelerator: str) -> str:
    """Paint a scene; the painter returns only what its reader has read back. Raises PaintError."""
    from phosphene.accelerators import Supervised, open_accelerator
    from phosphene.painter.painter import Painter
    from phosphene.painter.panel import Panel
    from phosphene_tools.painter.demo import SCENES
    from phosphene_tools.painter.looks import outcome_line

    opened = open_accelerator(accelerator)
    with opened if isinstance(opened, Supervised) else contextlib.nullcontext():
        painted = Painter.load(Panel(320, 240), accelerator=opened).paint(SCENES[0])
    height, width = painted.frame.shape[:2]
    return f"{width}x{height}, read back right; {outcome_line(painted.outcome) or 'at the first try'}"


if __name__ == "__main__":
    main()
