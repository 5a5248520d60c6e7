# SPDX-License-Identifier: Apache-2.0
"""What the co-processor said, as the loop takes it in: plain data, so that a trace can keep it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phosphene.painter.scene import Fact


class What(StrEnum):
    """What a piece of news is about."""

    SETTLED = "settled"
    """The arguments of a call, turned into values by the board, before anything is done."""
    RESULT = "result"
    """A call's results; again and again for what is read while it stands on the screen."""
    STARTED = "started"
    STEP = "step"
    """How far a process is."""
    ENDED = "ended"
    """A process ended, with its results or without."""
    REFUSED = "refused"
    RINGS = "rings"
    SILENT = "silent"
    """Nothing rings any more."""
    NOTICE = "notice"
    """Something happened to the board itself: a lost lease, a reset, outputs that went off by themselves."""
    BEFORE = "before"
    """What happened before this host began, or before it was told of it."""


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news.

    `asked` is the tick whose wish it answers, 0 for what nobody asked for. `title` says in words what was called, or
    what was refused and why; `hint` has the whole of what a title can't hold. `pid` and `task` name a process or what
    rings; of a notice, `task` is its kind. `ok` is false for a process that was stopped or failed. A notice and what
    was before are shown where they have facts, as soon as nothing else stands on the screen.
    """

    what: What
    asked: int = 0
    title: str = ""
    facts: tuple[Fact, ...] = ()
    hint: str = ""
    pid: int = 0
    task: str = ""
    ok: bool = True
    owed: bool = False
