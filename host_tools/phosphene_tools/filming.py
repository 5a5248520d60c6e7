# SPDX-License-Identifier: Apache-2.0
"""Makes one animated picture of a trace: its frames painted again, with what was said and touched written below."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from phosphene.console.settings import PANELS, PanelName
from phosphene.painter.painter import Painter
from phosphene.painter.text_tree import Node
from phosphene.trace.reader import Trace
from phosphene.trace.records import FrameRecord, MomentRecord, TraceError

_BAR: Final = 0.16
"""Height of the caption's bar, of the picture's width."""
_GROUND, _INK, _FINGER = (18, 20, 26), (232, 234, 238), (255, 255, 255)
_QUALITY: Final = 72
_REACH_S: Final = 1.0
"""A button is ringed from so long before it is touched, as far as it is there."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each picture stays: `speed` times quicker than it was, but between `least_ms` and `most_ms`. What would
    stay for less than half of the least is left out.
    """

    speed: float = 1.5
    least_ms: int = 120
    most_ms: int = 1600

    def milliseconds(self, times_s: Sequence[float]) -> list[int]:
        """Return how long the picture of each of the rising `times_s` stays, 0 for one that is left out."""
        lasting: list[int] = []
        owed = 0.0
        for one, other in itertools.pairwise([*times_s, times_s[-1] + self.most_ms / 1000]):
            owed += 1000 * (other - one) / self.speed
            shown = owed >= self.least_ms / 2
            lasting.append(round(min(max(owed, self.least_ms), self.most_ms)) if shown else 0)
            owed = 0.0 if shown else owed
        return lasting


@dataclass(frozen=True, slots=True)
class Cut:
    """What is on show from `time_s` on: a frame, the caption below it, and the key of what is about to be touched."""

    time_s: float
    frame: FrameRecord
    caption: str
    touched: str


def cuts(trace: Trace) -> list[Cut]:
    """Return what is on show, in order; each differs from the one before. Raises TraceError without a frame.

    Captions are the trace's notes; in a trace without notes, what was heard, typed and touched.
    """
    frames, moments = list(trace.frames()), list(trace.moments())
    if not frames:
        raise TraceError("no frame was painted in it", place=str(trace.path), cure="record for longer")
    said = [(note.time_s, note.text) for note in trace.notes()] or [(one.time_s, _said(one)) for one in moments]
    fingers = [(one.time_s, one.sensed.touched[-1]) for one in moments if one.sensed.touched]
    changes: list[tuple[float, FrameRecord | str]] = [(frame.time_s, frame) for frame in frames]
    changes += [(time_s, text) for time_s, text in said if text]
    found: list[Cut] = []
    frame, caption = frames[0], ""
    for time_s, change in sorted(changes, key=lambda one: one[0]):
        if isinstance(change, str):
            caption = change
        else:
            frame = change
        if found and (frame.pixels, caption) == (found[-1].frame.pixels, found[-1].caption):
            continue
        touched = next((key for at_s, key in fingers if time_s <= at_s <= time_s + _REACH_S), "")
        found.append(Cut(time_s, frame, caption, touched))
    return found


def write_film(path: Path, place: Path, pace: Pace) -> int:
    """Write the film of the trace at `path` as an animated WebP; return its length in milliseconds.

    Raises TraceError when the trace has no frame, or the film can't be written.
    """
    shown = cuts(Trace(path))
    lasting_ms = pace.milliseconds([cut.time_s for cut in shown])
    first, *others = _drawn([cut for cut, ms in zip(shown, lasting_ms, strict=True) if ms])
    kept_ms = [ms for ms in lasting_ms if ms]
    options = {"save_all": True, "append_images": others, "duration": kept_ms, "loop": 0}
    try:
        first.save(place, "WEBP", quality=_QUALITY, method=4, minimize_size=True, **options)
    except OSError as error:
        raise TraceError(f"the film can't be written: {error}", place=str(place), cure="look at the folder") from None
    return sum(kept_ms)


def _drawn(shown: Sequence[Cut]) -> Iterator[Image.Image]:
    """Yield each cut, in a picture that the largest panel fits into, with a bar below it."""
    panels: set[PanelName] = {cut.frame.panel for cut in shown}
    painters = {panel: Painter.load(PANELS[panel]) for panel in panels}
    width = max(PANELS[panel].width for panel in panels)
    height = max(PANELS[panel].height for panel in panels)
    bar = round(_BAR * width)
    font = ImageFont.load_default(bar // 4)
    for _, group in itertools.groupby(shown, key=lambda cut: cut.frame.number):
        same = list(group)
        frame = same[0].frame
        painted = painters[frame.panel].paint(frame.scene, page=frame.page)
        for cut in same:
            picture = Image.new("RGB", (width, height + bar), _GROUND)
            picture.paste(Image.fromarray(np.asarray(painted.frame)))
            draw = ImageDraw.Draw(picture)
            _ring(draw, painted.tree, cut.touched)
            text = _wrapped(draw, cut.caption, font, 0.94 * width)
            middle = (width / 2, height + bar / 2)
            draw.multiline_text(middle, text, _INK, font, anchor="mm", align="center", spacing=bar // 16)
            yield picture


def _ring(draw: ImageDraw.ImageDraw, nodes: Sequence[Node], key: str) -> None:
    """Ring what is touched."""
    for node in nodes:
        if key and node.key == key:
            left, top, width, height = node.box
            draw.rounded_rectangle((left - 3, top - 3, left + width + 2, top + height + 2), 8, None, _FINGER, 4)


def _wrapped(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: float
) -> str:
    """Return the text on at most two lines, each no longer than `room` pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines[:2])


def _said(record: MomentRecord) -> str:
    """What people did in a moment, as it was heard, typed or touched; empty where they did nothing."""
    words = [word.text for hop in record.sensed.heard for word in hop.words if word.committed]
    if words:
        return f"“{' '.join(words)}”"
    if record.sensed.typed:
        return f"types “{record.sensed.typed[-1]}”"
    return "touches" if record.sensed.touched else ""
