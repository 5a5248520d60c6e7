# SPDX-License-Identifier: Apache-2.0
"""Which key does what. Ctrl-] and Ctrl-T are the monitor's own, as in other serial terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

if TYPE_CHECKING:
    from phosphene_tools.monitor.screen.app import Screen

HELP = (
    ("Ctrl-]", "leave the monitor"),
    ("Ctrl-T", "menu"),
    ("Ctrl-C", "abort the call that was made here, or empty the line"),
    ("Tab", "complete the name of a task, an argument, a choice"),
    ("Up Down", "earlier calls"),
    ("PgUp PgDn", "scroll; Ctrl-Home, Ctrl-End to the ends"),
    ("Esc", "follow again, close what is open"),
)


def bindings(screen: Screen) -> KeyBindings:
    """Return the key bindings of `screen`."""
    keys = KeyBindings()
    in_menu = Condition(lambda: screen.menu_open)
    reading = Condition(lambda: bool(screen.page))
    free = ~in_menu & ~reading

    @keys.add("c-]", eager=True)
    def _leave(event: KeyPressEvent) -> None:
        screen.leave()

    @keys.add("c-t", eager=True)
    def _menu(event: KeyPressEvent) -> None:
        screen.page = []
        screen.menu_open = not screen.menu_open

    @keys.add("c-c", eager=True, filter=free)
    def _abort(event: KeyPressEvent) -> None:
        screen.abort()

    @keys.add("escape", eager=True)
    def _escape(event: KeyPressEvent) -> None:
        screen.escape()

    @keys.add("pageup", filter=free)
    def _up(event: KeyPressEvent) -> None:
        screen.history.scroll(max(1, screen.pane.height - 2))

    @keys.add("pagedown", filter=free)
    def _down(event: KeyPressEvent) -> None:
        screen.history.scroll(-max(1, screen.pane.height - 2))

    @keys.add("c-home", filter=free)
    def _oldest(event: KeyPressEvent) -> None:
        screen.history.scroll(1 << 40)

    @keys.add("c-end", filter=free)
    def _newest(event: KeyPressEvent) -> None:
        screen.history.bottom = None

    @keys.add(Keys.Any, eager=True, filter=in_menu)
    @keys.add("c-c", eager=True, filter=in_menu)
    def _choose(event: KeyPressEvent) -> None:
        screen.choose(event.data)

    @keys.add(Keys.Any, eager=True, filter=reading & ~in_menu)
    @keys.add("c-c", eager=True, filter=reading & ~in_menu)
    def _close(event: KeyPressEvent) -> None:
        screen.page = []

    return keys
