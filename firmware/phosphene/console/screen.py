# SPDX-License-Identifier: Apache-2.0
"""The screen: the newest wanted scene, painted in a thread of its own, told to whoever looks."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from phosphene.console.painting import MakePainter, Painted, Paints
from phosphene.console.same_scene import same_but_values, same_look
from phosphene.console.settings import PANELS, PanelName, Settings
from phosphene.errors import PhospheneError
from phosphene.painter.scene import Scene


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame, or why there is none. `number` rises with every frame; `scene` with every new scene, not with a
    new value in the same one. `hint` is what the scene says in words only: the whole of a long reason. `tick` is the
    loop's when it wished for it, `time_s` when the frame was there, on the host's monotonic clock. `wished` is the
    scene as it was painted, in its context, on `panel`. `look` is the number of the frame whose layout it keeps,
    its own where it was laid out anew. `pixels` are rows of RGB from the top left, `digest` the first 16 digits of
    their SHA-256."""

    number: int
    scene: int
    painted: Painted | None
    hint: str
    trouble: str = ""
    tick: int = 0
    time_s: float = 0.0
    wished: Scene | None = None
    panel: PanelName = "320x240"
    look: int = 0
    pixels: bytes = b""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be painted: the order in which it was wished, and whether only values differ from the one before."""

    scene: Scene
    version: int
    hint: str
    tick: int


@dataclass(frozen=True, slots=True)
class _Made:
    """A painted frame, or none."""

    painted: Painted | None
    pixels: bytes
    digest: str


_NOTHING: Final = _Made(None, b"", "")


@dataclass(frozen=True, slots=True)
class _Last:
    """What was painted last."""

    panel: PanelName
    page: int
    scene: Scene
    painted: Painted


class Screen:
    """Paints what is wished last; what was wished meanwhile is passed over."""

    def __init__(self, make: MakePainter, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.newest: Shown | None = None
        self._make = make
        self._painters: dict[PanelName, Paints[Any]] = {}
        self._worker = ThreadPoolExecutor(1, "painter")
        self._wish: _Wish | None = None
        self._version = 0
        self._looks: Counter[int] = Counter()
        self._last: _Last | None = None
        self._look = 0
        self._kept_look = False
        """Whether the picture that was painted last is the one before it, brought up to date."""
        self._page = 0
        self._first_of_scene = 0
        self._number = 0
        self._wanted = asyncio.Event()
        self._wanted_at: float | None = None
        self._viewers: set[asyncio.Event] = set()
        self._tells: set[Callable[[], None]] = set()

    @property
    def late_s(self) -> float:
        """How many seconds the oldest wish that isn't painted has waited; 0 when everything wished is shown."""
        return 0.0 if self._wanted_at is None else time.monotonic() - self._wanted_at

    def show(self, scene: Scene, hint: str = "", tick: int = 0) -> None:
        """Wish for `scene`, at the loop's `tick`. With the words and keys of the one before, it is that one with new
        values.
        """
        if self._wish is None or not same_but_values(self._wish.scene, scene):
            self._version += 1
            self._page = 0
        self._wish = _Wish(scene, self._version, hint, tick)
        self._want()

    def another_look(self) -> None:
        """Wish for the same scene from another seed; the situation keeps that look."""
        if self._wish is not None:
            self._looks[self._wish.scene.seed] += 1
            self._want()

    @property
    def has_next_page(self) -> bool:
        """Whether the picture that is shown has a page after it in its scene."""
        shown = None if self.newest is None or self.newest.painted is None else self.newest.painted.arrangement
        return shown is not None and shown.page + 1 < shown.pages

    def turn_page(self) -> None:
        """Wish for the next page of the scene, after the last for the first."""
        if self.newest is not None and self.newest.painted is not None:
            shown = self.newest.painted.arrangement
            self._page = (shown.page + 1) % max(shown.pages, 1)
            self._want()

    def set(self, settings: Settings) -> None:
        """Wish for another context or panel."""
        self.settings = settings
        self._page = 0
        self._want()

    def is_current(self, number: int) -> bool:
        """Return whether frame `number` shows the scene that is wished now: a touch on any other is void."""
        shown = self.newest
        return (
            shown is not None
            and self._wish is not None
            and shown.scene == self._wish.version
            and self._first_of_scene <= number <= shown.number
        )

    @contextlib.contextmanager
    def looking(self) -> Generator[asyncio.Event]:
        """Yield an event that is set with every new frame."""
        fresh = asyncio.Event()
        if self.newest is not None:
            fresh.set()
        self._viewers.add(fresh)
        try:
            yield fresh
        finally:
            self._viewers.discard(fresh)

    @contextlib.contextmanager
    def telling(self, tell: Callable[[], None]) -> Generator[None]:
        """Call `tell` with every new frame during the block; it must be quick."""
        self._tells.add(tell)
        try:
            yield
        finally:
            self._tells.discard(tell)

    async def run(self) -> None:
        """Paint until cancelled. A scene that can't be painted is shown as that, never as the picture before."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                wish = self._wish
                if wish is None:
                    continue
                scene = self.settings.applied(wish.scene, self._looks[wish.scene.seed])
                panel = self.settings.panel
                made, trouble, began = None, "", time.monotonic()
                try:
                    made = await loop.run_in_executor(self._worker, self._make_frame, panel, scene, self._page)
                except PhospheneError as error:
                    trouble = str(error)
                # What was wished meanwhile is younger than this picture's beginning.
                self._wanted_at = began if self._wanted.is_set() else None
                self._publish(wish, scene, panel, made or _NOTHING, trouble)
        finally:
            self._worker.shutdown(wait=False, cancel_futures=True)

    def _publish(self, wish: _Wish, scene: Scene, panel: PanelName, made: _Made, trouble: str) -> None:
        self._number += 1
        if self.newest is None or self.newest.scene != wish.version:
            self._first_of_scene = self._number
        now = time.monotonic()
        self._look = self._number if made.painted is None or not self._kept_look else self._look
        self.newest = Shown(
            *(self._number, wish.version, made.painted, wish.hint, trouble, wish.tick, now, scene, panel),
            *(self._look, made.pixels, made.digest),
        )
        for tell in tuple(self._tells):
            tell()
        for viewer in self._viewers:
            viewer.set()

    def _want(self) -> None:
        self._wanted.set()
        if self._wanted_at is None:
            self._wanted_at = time.monotonic()

    def _make_frame(self, panel: PanelName, scene: Scene, page: int) -> _Made:
        """Runs in the worker: who is told of a frame must not wait for its hash, nor anybody act on it meanwhile."""
        painted = self._paint(panel, scene, page)
        pixels = painted.frame.tobytes()
        return _Made(painted, pixels, hashlib.sha256(pixels).hexdigest()[:16])

    def _paint(self, panel: PanelName, scene: Scene, page: int) -> Painted:
        """Models are loaded here, too, the first time a panel is asked for."""
        painter = self._painters.get(panel)
        if painter is None:
            painter = self._painters[panel] = self._make(PANELS[panel])
        last, self._last = self._last, None
        self._kept_look = False
        if page and page >= painter.pages(scene):
            page = 0  # the values that the page was for have gone
        if last is not None and (last.panel, last.page) == (panel, page) and same_look(last.scene, scene):
            painted = painter.update(last.painted, scene)
            self._kept_look = True
        else:
            painted = painter.paint(scene, page=page)
        self._last = _Last(panel, page, scene, painted)
        return painted
