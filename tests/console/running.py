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
from struct import pack, unpack_from
from typing import Any, TypeVar

import numpy as np
from websockets.sync.client import ClientConnection, connect

from phosphene.console.painting import Frame
from phosphene.console.screen import Screen
from phosphene.console.sensing import Sensing
from phosphene.console.server import Where, serving
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Choice, Fact, Scene
from phosphene.perception.percepts import Heard, Seen, Word
from phosphene.senses.perceived import Hears, Sees
from phosphene.senses.senses import Senses, Sensors
from phosphene.sensors.blocks import RATE_HZ
from tests.console.blocks import BlockPainter
from tests.console.signals import MarkerEye, ToneEar

T = TypeVar("T")

TASKS = {"board": "none: live", "tasks": [{"type": "timer", "help": "rings"}]}

VITALS = {
    "ticks": 7,
    "decision": "calls calculate",
    "stages": {"decide": {"p50": 1.2, "p95": 3.4, "p99": 5.6}},
    "late": {"decide": 2},
    "frames": {"painted": 3, "overlaid values": 1},
    "lease": "live",
    "line": {"p50_us": 210, "p99_us": 900, "retries": 0, "timeouts": 0, "resets_seen": 0},
    "machine": {"load": 0.5, "memory_mb": 301.5},
}


class Notebook:
    """A person's place that only writes down."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.keys: list[str] = []
        self.done = threading.Event()
        self.utterances: list[str] = []
        self.sensing: Sensing | None = None
        self._words: list[Word] = []

    def heard(self, hops: tuple[Heard, ...]) -> None:
        assert self.sensing is not None
        for hop in hops:
            self._words += [word for word in hop.words if word.committed]
            if hop.ended and self._words:
                said, self._words = " ".join(word.text for word in self._words), []
                self.utterances.append(said)
                self.sensing.said(said, "written down")

    def seen(self, seen: Seen) -> None:
        pass

    def typed(self, line: str) -> None:
        self.lines.append(line)
        self.done.set()

    def chosen(self, key: str) -> None:
        self.keys.append(key)
        self.done.set()

    def here(self) -> None:
        self.keys.append("here")

    def about(self) -> dict[str, Any]:
        return TASKS

    def vitals(self) -> dict[str, Any]:
        return VITALS


@dataclass
class Console:
    """A running console."""

    address: str
    loop: asyncio.AbstractEventLoop
    screen: Screen
    notebook: Notebook
    painters: list[BlockPainter]
    sensing: Sensing
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

    def show_something(self) -> None:
        self.show(a_scene())

    def senses(self, **options: Any) -> SensesClient:
        """Open the senses' socket as a page does; it is left when the console ends."""
        # What a test leaves unread holds up the closing handshake.
        options = {"origin": self.address.rstrip("/"), "close_timeout": 0.2} | options
        return SensesClient(self.pages.enter_context(connected(self.address, "senses", **options)))

    def page(self, **options: Any) -> Page:
        """Open a page; it is left when the console ends."""
        origin = options.pop("origin", self.address.rstrip("/"))
        return Page(self.pages.enter_context(connected(self.address, origin=origin, **options)))


def connected(address: str, path: str = "screen", **options: Any) -> ClientConnection:
    """Connect to a WebSocket of the console at `address`, from its own origin unless `options` say another."""
    options = {"origin": address.rstrip("/"), "compression": None} | options
    return connect(address.replace("http", "ws", 1) + path, **options)


@dataclass
class SensesClient:
    """What a page's senses hear."""

    socket: ClientConnection
    bytes: list[bytes] = field(default_factory=list)
    newest: dict[str, dict[str, Any]] = field(default_factory=dict)

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def take(self, *, camera: bool = True, rate_hz: int | None = RATE_HZ, over: bool = False) -> None:
        form = {"width": 640, "height": 480, "rate_hz": 30.0} if camera else None
        self.send(type="take", camera=form, rate_hz=rate_hz, name="test", over=over)

    def picture(self, number: int, jpeg: bytes) -> None:
        self.socket.send(pack("<4sId", b"PHV1", number, 1000 * time.monotonic()) + jpeg)

    def sound(self, first: int, samples: bytes, rate_hz: int = RATE_HZ) -> None:
        self.socket.send(pack("<4sId", b"PHA1", rate_hz, first) + samples)

    def next(self, kind: str, timeout: float = 5.0, **wanted: Any) -> dict[str, Any]:
        """Return the next JSON message of this kind with these values; bytes are kept, and the newest of each kind."""
        until = time.monotonic() + timeout
        while True:
            message = self.socket.recv(max(0.0, until - time.monotonic()))
            if isinstance(message, bytes):
                self.bytes.append(message)
                continue
            found = json.loads(message)
            self.newest[found["type"]] = found
            if found["type"] == kind and wanted.items() <= found.items():
                return found


@dataclass
class Page:
    """What a page hears; `displayed` answers frames as the real one does."""

    socket: ClientConnection
    said: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def next(self, kind: str, timeout: float = 5.0) -> dict[str, Any]:
        """Return the next JSON message of this kind; others are passed over."""
        return self.next_of({kind}, timeout)

    def next_of(self, kinds: set[str], timeout: float = 5.0) -> dict[str, Any]:
        """Return the next JSON message of one of these kinds; others are passed over, frames as displayed."""
        until = time.monotonic() + timeout
        while True:
            message = self.socket.recv(until - time.monotonic())
            if isinstance(message, bytes):  # passed over, but shown: without an answer no further frame would come
                self.send(type="displayed", frame=unpack_from("<4sI", message)[1])
                continue
            found = json.loads(message)
            if found["type"] in kinds:
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
def console_elsewhere(
    where: Where | None = None,
    *,
    see: Callable[[], Sees] = MarkerEye,
    hear: Callable[[], Hears] = ToneEar,
    own: Callable[[], Sensors] | None = None,
    **painter: Any,
) -> Generator[Console]:
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
        sensing = notebook.sensing = Sensing(Senses(see, hear, own), screen, notebook)
        async with serving(where or Where(port=0), screen, notebook, sensing) as address:
            works = [asyncio.create_task(work) for work in (screen.run(), sensing.run())]
            found.append(Console(address, asyncio.get_running_loop(), screen, notebook, painters, sensing))
            up.set()
            while not over.is_set():
                await asyncio.sleep(0.01)
            for work in works:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work

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
