# SPDX-License-Identifier: Apache-2.0
"""How a screen does, for the console and `phosphene screens show`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from phosphene.screens.letterbox import Placement
from phosphene.screens.protocol import DisplayFormat, Trouble


@dataclass(frozen=True, slots=True)
class ScreenStatus:
    """`format` is None while it isn't open, `placement` while no picture is on it. `shown` counts pictures that reached
    the display, `skipped` those that a newer one overtook, `sent_bytes` what went to it for them; `last_ms` is how long
    the display took for the newest, `age_s` how long ago that was, None before the first. `troubles` are those of now,
    and `text` is the newest event's line.
    """

    name: str
    format: DisplayFormat | None
    placement: Placement | None
    shown: int
    skipped: int
    sent_bytes: int
    last_ms: float
    age_s: float | None
    troubles: tuple[Trouble, ...]
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)
