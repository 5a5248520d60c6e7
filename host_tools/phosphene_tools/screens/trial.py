# SPDX-License-Identifier: Apache-2.0
"""`phosphene screens show`: a painted scene on a display, and what is touched there."""

from __future__ import annotations

import json
import queue
import time
from dataclasses import asdict
from typing import Any, Final

import typer

from phosphene.painter.painted import Painted
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Choice, Fact, Intent, Scene
from phosphene.painter.text_tree import touched
from phosphene.screens.errors import ScreenError
from phosphene.screens.opening import open_display
from phosphene.screens.protocol import ScreenEvent
from phosphene.screens.screen import Screen
from phosphene.screens.status import ScreenStatus
from phosphene.sensors.protocol import SensorEvent
from phosphene.touch.opening import run_touch
from phosphene.touch.protocol import Phase, Touch

_TICK_S: Final = 0.05


class Trial:
    """Shows a scene whose count goes on once a second on the display that `spec` names. Raises ScreenError and
    SensorError when `spec` or `touch` names none.
    """

    def __init__(self, spec: str, touch: str, size: tuple[int, int], *, as_json: bool) -> None:
        self._as_json = as_json
        self._events: queue.SimpleQueue[ScreenEvent | SensorEvent | Touch] = queue.SimpleQueue()
        self._panel = Panel(*size)
        display = open_display(spec, width=size[0], height=size[1])
        if display is None:
            raise ScreenError("there is nothing to show on", place=spec, cure="phosphene screens list")
        self._screen = Screen(display, self._events.put)
        self._touch = run_touch(touch, self._screen, self._events.put, self._events.put)

    def run(self, seconds: float) -> bool:
        """Show it for so long, or until Ctrl-C or until a person closes it. Return whether anything was shown."""
        painter = Painter.load(self._panel)
        painted = painter.paint(_scene(0))
        self._screen.start()
        began_s = time.monotonic()
        opened = False
        status = self._screen.status()
        try:
            while time.monotonic() - began_s < seconds and not self._screen.ended:
                self._screen.show(painted.frame)
                time.sleep(_TICK_S)
                self._tell(painted, began_s)
                status = self._screen.status()
                if status.shown and not opened:
                    opened = True
                    self._print_format(status)
                count = int(time.monotonic() - began_s)
                if painted.scene != _scene(count):
                    painted = painter.update(painted, _scene(count))
        except KeyboardInterrupt:
            pass
        finally:
            if self._touch is not None:
                self._touch.stop()
            self._screen.stop()
        self._tell(painted, began_s)
        self._print_end(status)
        return status.shown > 0

    def _tell(self, painted: Painted, began_s: float) -> None:
        while not self._events.empty():
            event = self._events.get()
            since_s = round(event.time_s - began_s, 3)
            told = asdict(event) | {"time_s": since_s}
            if isinstance(event, Touch):
                node = touched(painted.tree, event.x, event.y)
                on = node.text if node and event.phase is not Phase.MOVE else ""
                line = f"{event.phase} at {event.x}, {event.y}{f', on “{on}”' if on else ''}"
                self._print({"touch": told | {"on": on}}, f"{since_s:7.2f} s  {line}")
            else:
                name = event.screen if isinstance(event, ScreenEvent) else event.sensor
                self._print({"event": told}, f"{since_s:7.2f} s  {name}  {event.trouble}: {event.text}")

    def _print_format(self, status: ScreenStatus) -> None:
        form, where = status.format, status.placement
        if form is None or where is None:
            return
        size = f"{form.width}×{form.height}, {form.pixels}" if form.width else f"any size, {form.pixels}"
        turned = f", turned {where.turn * 90}°" if where.turn else ""
        picture = f"{where.width}×{where.height} × {where.factor} at {where.left}, {where.top}{turned}"
        self._print({"status": status.as_json()}, f"{status.name}: {size}; the picture is {picture}")

    def _print_end(self, status: ScreenStatus) -> None:
        each = status.sent_bytes / status.shown / 1000 if status.shown else 0.0
        line = f"{status.shown} pictures shown, {each:.1f} kB each, the last in {status.last_ms:.1f} ms"
        self._print({"status": status.as_json()}, line)

    def _print(self, told: dict[str, Any], line: str) -> None:
        typer.echo(json.dumps(told, ensure_ascii=False) if self._as_json else line)


def _scene(count: int) -> Scene:
    return Scene(
        facts=(Fact("test.count", str(count), "counting", "s"),),
        choices=(Choice("test.yes", "Yes", main=True), Choice("test.no", "No")),
        title="Screen test",
        icon="eye",
        intent=Intent.PROGRESS,
    )
