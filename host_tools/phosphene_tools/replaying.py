# SPDX-License-Identifier: Apache-2.0
"""Tells, verifies and pictures a trace."""

from __future__ import annotations

import functools
from collections import deque
from pathlib import Path

import numpy as np
from PIL import Image

from phosphene.console.settings import PANELS
from phosphene.painter.painter import Painter
from phosphene.policy import Policy
from phosphene.trace.reader import Trace
from phosphene.trace.records import MomentRecord, TraceError
from phosphene.trace.replay import first_difference_of_decisions, first_difference_of_pixels
from phosphene_tools.recording import about

_GAP = 4
_COLUMNS = 4


def tell(path: Path) -> None:
    """Print what happened: one line for each moment in which something did, and the notes between them."""
    trace = Trace(path)
    notes = deque(trace.notes())
    for record in trace.moments():
        while notes and notes[0].time_s <= record.time_s:
            note = notes.popleft()
            print(f"{note.time_s:12.3f}          ({note.text})")
        said = _happened(record)
        if said:
            print(f"{record.time_s:12.3f}  {record.tick:6}  {said}")


def verified(path: Path) -> bool:
    """Run the trace again, print what was found, and return whether all was the same."""
    trace = Trace(path)
    now = about(trace.about.get("accelerator", "cpu"))
    for name in sorted({*now, *trace.about}):
        if now.get(name) != trace.about.get(name):
            print(f"not the same: {name}: recorded {trace.about.get(name, 'none')}, here {now.get(name, 'none')}")
    decisions, parted = first_difference_of_decisions(trace, Policy.load())
    print(f"{decisions} moments: {parted or 'the same decisions and scenes'}")
    frames, differs = first_difference_of_pixels(trace, functools.partial(Painter.load))
    print(f"{frames} frames: {differs or 'the same pixels'}")
    return parted is None and differs is None


def write_strip(path: Path, place: Path, most: int) -> None:
    """Write up to `most` frames, evenly drawn from all, as one picture. Raises TraceError when there is none."""
    records = list(Trace(path).frames())
    if not records:
        raise TraceError("no frame was painted in it", place=str(path), cure="record for longer")
    chosen = [records[at] for at in sorted({round(at) for at in np.linspace(0, len(records) - 1, most)})]
    painters = {panel: Painter.load(PANELS[panel]) for panel in {frame.panel for frame in chosen}}
    pictures = [painters[frame.panel].paint(frame.scene, page=frame.page).frame for frame in chosen]
    height, width = (max(picture.shape[axis] for picture in pictures) for axis in (0, 1))
    rows = -(-len(pictures) // _COLUMNS)
    sheet = np.zeros((rows * (height + _GAP), min(len(pictures), _COLUMNS) * (width + _GAP), 3), np.uint8)
    for number, picture in enumerate(pictures):
        top, left = number // _COLUMNS * (height + _GAP), number % _COLUMNS * (width + _GAP)
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    Image.fromarray(sheet).save(place)


def _happened(record: MomentRecord) -> str:
    parts: list[str] = []
    words = [word.text for hop in record.sensed.heard for word in hop.words if word.committed]
    if words:
        parts.append(f"heard {' '.join(words)!r}")
    parts += [f"typed {line!r}" for line in record.sensed.typed]
    parts += [f"touched {key}" for key in record.sensed.touched]
    parts += [f"board: {news.what} {news.title}".strip() for news in record.sensed.told if news.what != "step"]
    if record.decided.action != "wait":
        said = " ".join(f"{name}={' '.join(given)}" for name, given in record.decided.arguments.items())
        parts.append(f"decided {record.decided.action} {record.decided.task} {said}".rstrip())
    if record.wish:
        parts.append(f"wished {record.wish}")
    if record.scene is not None:
        parts.append(f"shows {record.scene.title!r} [{record.kind}]")
    if record.late:
        parts.append(f"late: {', '.join(record.late)}")
    return "; ".join(parts)
