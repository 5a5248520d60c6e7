# SPDX-License-Identifier: Apache-2.0
"""What the menu offers, and what each entry does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phosphene.errors import LineError
from phosphene_tools.monitor import filter as filters
from phosphene_tools.monitor.clock import TimeStyle
from phosphene_tools.monitor.filter import Filter
from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.screen.keys import HELP
from phosphene_tools.monitor.screen.menu import Item

if TYPE_CHECKING:
    from phosphene_tools.monitor.screen.app import Screen

_STYLES = {TimeStyle.CLOCK: "of day", TimeStyle.START: "since start", TimeStyle.DELTA: "since row before"}
_ERRORS = "errors"


def items(screen: Screen) -> list[Item]:
    """Return the menu's entries."""
    return [
        Item("f", "filter", lambda: _filter(screen), lambda: screen.history.filter.expression or "none"),
        Item("e", "errors only", lambda: _errors(screen), lambda: _on(screen.history.filter.expression == _ERRORS)),
        Item("h", "hex of every frame", lambda: _hex(screen), lambda: _on(screen.layout.hex)),
        Item("t", "time", lambda: _time(screen), lambda: _STYLES[screen.layout.style]),
        Item("p", "stand still", screen.history.hold, lambda: _on(screen.history.bottom is not None)),
        Item("c", "clear the rows", screen.history.clear),
        Item("l", "log to a file", lambda: _log(screen), lambda: screen.log.path.name if screen.log.path else "off"),
        Item("s", "statistics of both ends", lambda: screen.spawn(_statistics(screen))),
        Item("r", "REPL: outputs go safe first", lambda: _repl(screen)),
        Item("?", "keys and filter words", lambda: _help(screen)),
        Item("q", "leave", screen.leave),
    ]


def _on(is_on: bool) -> str:
    return "on" if is_on else "off"


def _filter(screen: Screen) -> None:
    screen.ask_for(screen.filter, screen.history.filter.expression)


def _errors(screen: Screen) -> None:
    screen.history.set_filter(Filter("" if screen.history.filter.expression == _ERRORS else _ERRORS))


def _hex(screen: Screen) -> None:
    screen.layout.hex = not screen.layout.hex


def _time(screen: Screen) -> None:
    order = list(TimeStyle)
    screen.layout.style = order[(order.index(screen.layout.style) + 1) % len(order)]


def _log(screen: Screen) -> None:
    if screen.log.path is not None:
        screen.log.stop()
    else:
        screen.ask_for(screen.file)


def _repl(screen: Screen) -> None:
    from phosphene_tools.monitor.screen.app import Ended

    if not screen.watch.port.repl:
        screen.say([("error", "the REPL's port is not known — name it with --repl PORT, or the rig with --rig")])
    else:
        screen.leave(Ended.REPL)


def _help(screen: Screen) -> None:
    keys: list[list[Fragment]] = [[("task", f"{key:<18}"), ("", text)] for key, text in HELP]
    words: list[list[Fragment]] = [[("task", line[:18]), ("", line[18:])] for line in filters.HELP.splitlines()]
    screen.page = [*keys, [("", "")], [("dim", "words of a filter, all of which must hold:")], *words]


async def _statistics(screen: Screen) -> None:
    """Both ends' counters side by side; what they count alike stands in one line."""
    try:
        host, board = await screen.watch.counters()
    except LineError as error:
        screen.say([("error", str(error))])
        return
    rows: list[list[Fragment]] = [[("dim", f"{'':<18}{'host':>12}{'board':>12}")]]
    for name in dict.fromkeys((*host, *board)):
        # What never happened needs no line: what did stands out.
        if host.get(name) or board.get(name):
            rows.append([("", f"{name:<18}"), ("", f"{host.get(name, ''):>12}{board.get(name, ''):>12}")])
    screen.page = rows
