# SPDX-License-Identifier: Apache-2.0
"""The monitor's screen: rows above, the answer to the last call by hand below, a prompt at the foot."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from enum import Enum
from pathlib import Path
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.input import Input
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.styles import Style

from phosphene.errors import PhospheneError
from phosphene_tools.monitor.completion import CallCompleter
from phosphene_tools.monitor.filter import Filter
from phosphene_tools.monitor.history import History
from phosphene_tools.monitor.log import SessionLog
from phosphene_tools.monitor.palette import STYLES, Fragment
from phosphene_tools.monitor.rows import Layout
from phosphene_tools.monitor.screen import commands, windows
from phosphene_tools.monitor.screen.answer import Answer
from phosphene_tools.monitor.screen.bars import Rate
from phosphene_tools.monitor.screen.keys import bindings
from phosphene_tools.monitor.screen.pane import RowsPane
from phosphene_tools.monitor.screen.prompt import Prompt, prompt
from phosphene_tools.monitor.watch import Watch

REPAINT_S = 0.05
_IDLE_REPAINT_S = 1.0
# The terminal's own colours, where the library would bring grey boxes.
_COMPLETIONS = [
    ("completion-menu", "bg:default fg:default"),
    ("completion-menu.completion.current", "reverse"),
    ("completion-menu.meta.completion", "bg:default ansibrightblack"),
    ("completion-menu.meta.completion.current", "bg:default fg:default"),
]


class Ended(Enum):
    """Why the screen closed."""

    LEFT = "left"
    REPL = "repl"


class Screen:
    """The full-screen monitor of one board. `run` returns when the user leaves it, and may be called again."""

    def __init__(self, watch: Watch, history: History, layout: Layout, log: SessionLog, *, colour: bool) -> None:
        self.watch = watch
        self.history = history
        self.layout = layout
        self.log = log
        self.answer = Answer()
        self.rate = Rate()
        self.pane = RowsPane(history, layout)
        self.menu_open = False
        self.page: list[list[Fragment]] = []
        """What lies over the rows until a key is pressed: help, statistics."""
        self.items = commands.items(self)
        completer = CallCompleter(lambda: watch.names.dictionary)
        self.call = prompt("call ›", self._ask, completer=completer)
        self.filter = prompt("filter ›", self._filter)
        self.file = prompt("log to ›", self._log)
        self.prompt = self.call
        self._colour = colour
        self._app: Application[Ended] | None = None

    async def run(self, input_: Input | None = None, output: Output | None = None) -> Ended:
        """Show the screen until the user leaves it or asks for the REPL."""
        self._app = Application(
            layout=windows.layout(self),
            key_bindings=bindings(self),
            style=Style([*STYLES.items(), *_COMPLETIONS]),
            full_screen=True,
            color_depth=None if self._colour else ColorDepth.DEPTH_1_BIT,
            input=input_,
            output=output,
        )
        try:
            self.spawn(self._repaint(self._app))
            return await self._app.run_async()
        finally:
            self._app = None
            await self.answer.close()

    def leave(self, why: Ended = Ended.LEFT) -> None:
        """Close the screen."""
        if self._app is not None and not self._app.is_done:
            self._app.exit(result=why)

    def escape(self) -> None:
        """Close what is open; else follow the newest rows again."""
        if self.menu_open or self.page:
            self.menu_open, self.page = False, []
        elif self.prompt is not self.call:
            self.ask_for(self.call)
        elif self.answer.lines and not self.answer.running:
            self.answer.lines = []
        else:
            self.history.bottom = None

    def abort(self) -> None:
        """Abort the call by hand, or empty the line."""
        if not self.answer.abort():
            self.prompt.buffer.reset()

    def choose(self, key: str) -> None:
        """Do what the menu's entry `key` does."""
        self.menu_open = False
        for item in self.items:
            if item.key == key:
                item.do()

    def ask_for(self, what: Prompt, text: str = "") -> None:
        """Put another prompt at the foot, with `text` typed already."""
        self.prompt = what
        if text:
            what.buffer.text = text
            what.buffer.cursor_position = len(text)
        if self._app is not None:
            self._app.layout.focus(what.control)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` beside the screen; it ends with it."""
        if self._app is not None:
            self._app.create_background_task(work)

    def say(self, line: list[Fragment]) -> None:
        """Show one line where answers are shown."""
        self.answer.lines = [line]

    async def _repaint(self, app: Application[Ended]) -> None:
        """Paint when something is new, and once a second for the rates: an idle line costs next to nothing."""
        shown: tuple[object, ...] = ()
        idle = 0.0
        while True:
            await asyncio.sleep(REPAINT_S)
            mcu = self.watch.mcu
            new = (self.history.seen, self.answer.lines, mcu and mcu.state)
            idle += REPAINT_S
            if new != shown or idle >= _IDLE_REPAINT_S:
                shown, idle = new, 0.0
                app.invalidate()

    def _ask(self, line: str) -> None:
        if line:
            self.answer.ask(self.watch.mcu, line)

    def _filter(self, line: str) -> None:
        try:
            self.history.set_filter(Filter(line))
        except PhospheneError as error:
            self.say([("error", str(error))])
            return
        self.answer.lines = []
        self.ask_for(self.call)

    def _log(self, line: str) -> None:
        try:
            if line:
                self.log.start(Path(line).expanduser())
        except PhospheneError as error:
            self.say([("error", str(error))])
            return
        self.ask_for(self.call)
