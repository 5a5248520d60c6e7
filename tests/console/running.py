# SPDX-License-Identifier: Apache-2.0
"""A console in a thread of its own, seen as a browser sees it: by HTTP and by its WebSocket."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from struct import unpack_from
from typing import Any, TypeVar

import numpy as np
from websockets.sync.client import ClientConnection, connect

from phosphene.console.painting import Frame
from phosphene.console.screen import Screen
from phosphene.console.server import Where, serving
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Choice, Fact, Scene
from tests.console.blocks import BlockPainter

T = TypeVar("T")

TASKS = {"board": "none: live", "tasks": [{"type": "timer", "help": "rings"}]}


class Notebook:
    """A person's place that only writes down."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.keys: list[str] = []
        self.heard = threading.Event()

    def typed(self, line: str) -> None:
        self.lines.append(line)
        self.heard.set()

    def chosen(self, key: str) -> None:
        self.keys.append(key)
        self.heard.set()

    def about(self) -> dict[str, Any]:
        return TASKS


@dataclass
class Console:
    """A running console."""

    address: str
    loop: asyncio.AbstractEventLoop
    screen: Screen
    notebook: Notebook
    painters: list[BlockPainter]
    pages: ExitStack = field(default_factory=ExitStack)

    @property
    def authority(self) -> str:
        return self.address.split("/")[2]

    def run(self, action: Callable[[], T]) -> T:
        """Run `action` where the console runs."""

        async def there() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(there(), self.loop).result(5)

    def show(self, scene: Scene) -> None:
        self.run(lambda: self.screen.show(scene))

    def page(self, **options: Any) -> Page:
        """Open a page; it is left when the console ends."""
        origin = options.pop("origin", self.address.rstrip("/"))
        return Page(self.pages.enter_context(connected(self.address, origin=origin, **options)))


def connected(address: str, **options: Any) -> ClientConnection:
    """Connect to the WebSocket of the console at `address`, from its own origin unless `options` say another."""
    options = {"origin": address.rstrip("/"), "compression": None} | options
    return connect(address.replace("http", "ws", 1) + "screen", **options)


@dataclass
class Page:
    """What a page hears; `displayed` answers frames as the real one does."""

    socket: ClientConnection
    said: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def next(self, kind: str, timeout: float = 5.0) -> dict[str, Any]:
        """Return the next JSON message of this kind; others are passed over."""
        until = time.monotonic() + timeout
        while True:
            message = self.socket.recv(until - time.monotonic())
            if isinstance(message, str):
                found = json.loads(message)
                if found["type"] == kind:
                    return found

    def frame(self, timeout: float = 5.0, *, answer: bool = True) -> tuple[dict[str, Any], Frame]:
        """Return the next frame with the tree that came before it."""
        tree = self.next("tree", timeout)
        data = self.socket.recv(timeout)
        assert isinstance(data, bytes)
        magic, number, width, height = unpack_from("<4sIHH", data)
        assert (magic, number) == (b"PHF1", tree["frame"])
        if answer:
            self.send(type="displayed", frame=number)
        return tree, np.frombuffer(data, np.uint8, offset=16).reshape(height, width, 3)


def a_scene(value: str = "3.50", **more: Any) -> Scene:
    """A scene with one fact and one choice."""
    options: dict[str, Any] = {"title": "calculate", "choices": (Choice("desk.home", "Tasks"),)} | more
    return Scene(facts=(Fact("exact.value", value, "value"),), **options)


@contextmanager
def console_elsewhere(where: Where | None = None, **painter: Any) -> Generator[Console]:
    """Run a console for as long as the block lasts. `painter` goes to each BlockPainter."""
    up, over = threading.Event(), threading.Event()
    found: list[Console] = []
    faults: list[BaseException] = []

    async def serve() -> None:
        painters: list[BlockPainter] = []

        def make(panel: Panel) -> BlockPainter:
            painters.append(BlockPainter(panel, **painter))
            return painters[-1]

        screen, notebook = Screen(make), Notebook()
        async with serving(where or Where(port=0), screen, notebook) as address:
            painting = asyncio.create_task(screen.run())
            found.append(Console(address, asyncio.get_running_loop(), screen, notebook, painters))
            up.set()
            while not over.is_set():
                await asyncio.sleep(0.01)
            painting.cancel()
            with suppress(asyncio.CancelledError):
                await painting

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            faults.append(error)
            up.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert up.wait(10), "the console did not start"
        if faults:
            raise faults[0]
        with found[0].pages:
            yield found[0]
    finally:
        over.set()
        thread.join(10)
    assert not thread.is_alive(), "the console did not end"
    if faults:
        raise faults[0]
