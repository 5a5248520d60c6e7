# SPDX-License-Identifier: Apache-2.0
"""`phosphene sensors watch`: runs sensors and shows how they do."""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.protocol import Camera, Microphone, SensorEvent
from phosphene_tools.sensors.lines import HEADINGS, cells, event_line

_LOOK_S: Final = 0.1
_REPORT_S: Final = 1.0


def watch(
    camera: Camera | None, microphone: Microphone | None, *, seconds: float | None, as_json: bool, console: Console
) -> bool:
    """Run the sensors until `seconds` are over, all have ended, or Ctrl-C. Return whether each delivered something."""
    events: queue.SimpleQueue[SensorEvent] = queue.SimpleQueue()
    watches: list[CameraWatch | MicrophoneWatch] = []
    if camera is not None:
        watches.append(CameraWatch(camera, events.put))
    if microphone is not None:
        watches.append(MicrophoneWatch(microphone, events.put))
    show = _Json(console) if as_json else _Table(console) if console.is_terminal else _Lines(console)
    for each in watches:
        each.start()
    try:
        with show:
            _run(watches, events, show, seconds)
    except KeyboardInterrupt:
        pass
    finally:
        for each in watches:
            each.stop()
    return all(each.status().blocks for each in watches)


def _run(
    watches: Sequence[CameraWatch | MicrophoneWatch],
    events: queue.SimpleQueue[SensorEvent],
    show: _Show,
    seconds: float | None,
) -> None:
    start_s = report_s = time.monotonic()
    while True:
        over = all(each.ended for each in watches) or (seconds is not None and time.monotonic() - start_s >= seconds)
        for each in watches:
            if isinstance(each, MicrophoneWatch):
                # Nobody else listens: left alone, its queue would run full and count as lost.
                while each.next():
                    pass
        while not events.empty():
            show.event(events.get(), start_s)
        if over or time.monotonic() - report_s >= show.every_s:
            report_s = time.monotonic()
            show.status(watches)
        if over:
            return
        time.sleep(_LOOK_S)


class _Show:
    """How status and events are shown."""

    every_s = _REPORT_S

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End."""

    def event(self, event: SensorEvent, start_s: float) -> None:
        raise NotImplementedError

    def status(self, watches: Sequence[CameraWatch | MicrophoneWatch]) -> None:
        raise NotImplementedError


class _Json(_Show):
    """One object a line."""

    def event(self, event: SensorEvent, start_s: float) -> None:
        self._print({"event": asdict(event) | {"time_s": round(event.time_s - start_s, 3)}})

    def status(self, watches: Sequence[CameraWatch | MicrophoneWatch]) -> None:
        for each in watches:
            self._print({"status": each.status().as_json()})

    def _print(self, value: dict[str, Any]) -> None:
        self._console.file.write(json.dumps(value, ensure_ascii=False) + "\n")
        self._console.file.flush()


class _Lines(_Show):
    """Plain lines, for a pipe."""

    def event(self, event: SensorEvent, start_s: float) -> None:
        self._print(event_line(event, start_s))

    def status(self, watches: Sequence[CameraWatch | MicrophoneWatch]) -> None:
        for each in watches:
            self._print("  ".join(cells(each.status())))

    def _print(self, line: str) -> None:
        self._console.file.write(line + "\n")
        self._console.file.flush()


class _Table(_Show):
    """A table that stands still, and the events above it."""

    every_s = 0.25

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> None:
        self._live.__enter__()

    def __exit__(self, *_: object) -> None:
        self._live.__exit__(None, None, None)

    def event(self, event: SensorEvent, start_s: float) -> None:
        self._console.print(event_line(event, start_s), markup=False, highlight=False)

    def status(self, watches: Sequence[CameraWatch | MicrophoneWatch]) -> None:
        table = Table(*HEADINGS, box=None, pad_edge=False)
        for each in watches:
            table.add_row(*cells(each.status()))
        self._live.update(table, refresh=True)
