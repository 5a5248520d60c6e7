# SPDX-License-Identifier: Apache-2.0
"""The lease on the outputs: asked for with proof that the loop gets on, and with nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from phosphene.errors import LineError
from phosphene.exact import Coprocessor

RENEW_S: Final = 0.1
"""How often: a fifth of the age at which the board lets go of a counter that stands."""
_WRAP: Final = 2**32


@dataclass(slots=True)
class Progress:
    """The three counters that the board watches; each only ever rises. `capture_s` is a time on the monotonic clock."""

    tick: int = 0
    capture_s: float = 0.0
    inferences: int = 0


class LeaseKeeper:
    """Renews the lease while the loop's progress rises; it is the board that says whether it did."""

    def __init__(self, mcu: Coprocessor, progress: Progress) -> None:
        self.verdict: int | None = None
        """The board's last answer; None before the first, and while it does not answer."""
        self._mcu = mcu
        self._progress = progress

    async def run(self) -> None:
        """Renew until cancelled. A loop that stands still is not hidden: its counters are told as they are."""
        while True:
            now = self._progress
            try:
                leased = await self._mcu.channel.renew(
                    now.tick % _WRAP, int(now.capture_s * 1000) % _WRAP, now.inferences % _WRAP
                )
                self.verdict = int(leased.verdict)
            except LineError:
                self.verdict = None  # the line says so itself; when it is back, the next renewal counts
            await asyncio.sleep(RENEW_S)
