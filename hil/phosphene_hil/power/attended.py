# SPDX-License-Identifier: Apache-2.0
"""No switch at all: a person does it, and says so. Where nobody attends, the test is blocked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from phosphene_hil.power.switch import PowerError

_TERMINAL = "/dev/tty"

Ask = Callable[[str], None]
"""Shows a text and returns when the person has confirmed it. Raises OSError where there is nobody."""


def at_terminal(text: str) -> None:
    """Ask at the terminal that this program belongs to, past any redirection."""
    with open(_TERMINAL, "r+", encoding="utf-8") as terminal:  # noqa: PTH123 -- a device, read and written
        terminal.write(f"\n{text}, then press Enter: ")
        terminal.flush()
        if not terminal.readline():
            raise OSError("the terminal was closed")


class Attended:
    """See Switch. `what` names it in the question: `the power of rig laptop-pico`."""

    def __init__(self, what: str, ask: Ask = at_terminal) -> None:
        self._what = what
        self._ask = ask
        self._on: bool | None = None

    async def set(self, *, on: bool) -> None:
        """See Switch."""
        try:
            await asyncio.to_thread(self._ask, f"Switch {self._what} {'on' if on else 'off'}")
        except OSError as error:
            cure = "run it at a terminal, or give the bench a switch (docs/instrument.md)"
            raise PowerError("nobody is there to switch it", place=self._what, cure=cure) from error
        self._on = on

    async def state(self) -> bool | None:
        """See Switch: what the person confirmed last."""
        return self._on

    async def close(self) -> None:
        """See Switch."""
