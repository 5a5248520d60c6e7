# SPDX-License-Identifier: Apache-2.0
"""What the steps at the desk need of it: the board, the screen, and what comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from phosphene.desk.calls import Call
from phosphene.exact import Coprocessor
from phosphene.painter.scene import Scene

Doing = Callable[[], Awaitable[None]]
"""One thing after the other: what is begun ends what was."""


class Shows(Protocol):
    """Takes scenes; the newest counts."""

    def show(self, scene: Scene, hint: str = "") -> None:
        """Wish for `scene`; `hint` stands beside it in words."""
        ...


class AtDesk(Protocol):
    """The desk, as its steps see it."""

    @property
    def mcu(self) -> Coprocessor:
        """The board."""
        ...

    def do(self, doing: Doing) -> None:
        """Begin `doing` in place of what is being done."""
        ...

    def present(self, scene: Scene, actions: Mapping[str, Doing], hint: str = "", resume: Doing | None = None) -> None:
        """Show `scene` with what its choices do. `resume` shows it again when the board was away meanwhile."""
        ...

    def resuming(self) -> Doing:
        """What goes on after an interruption."""
        ...

    async def home(self) -> None:
        """Show what can be asked."""
        ...

    async def confirm(self, call: Call) -> None:
        """Show what would be done, and do it after a yes."""
        ...
