# SPDX-License-Identifier: Apache-2.0
"""The lease on the outputs: asked for with proof that the loop gets on, and with nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from phosphene.errors import LineError, LinkLost
from phosphene.exact import Coprocessor
from phosphene.prove.news import News, What

RENEW_S: Final = 0.1
"""How often: a fifth of the age at which the board lets go of a counter that stands."""
SLOW_MS: Final = 200
"""An answer that took longer is told: it is why a lease may be lost that nobody let go of."""
LATE: Final = "late renewal"
UNANSWERED: Final = "unanswered renewal"
_WRAP: Final = 2**32


@dataclass(slots=True)
class Progress:
    """The three counters that the board watches; each only ever rises. `capture_s` is a time on the monotonic clock,
    and so is `answered_s`: when the board last answered a renewal, whatever it said.
    """

    tick: int = 0
    capture_s: float = 0.0
    inferences: int = 0
    answered_s: float = field(default_factory=time.monotonic)


class LeaseKeeper:
    """Renews the lease while the loop's progress rises; it is the board that says whether it did."""

    def __init__(self, mcu: Coprocessor, progress: Progress, tell: Callable[[News], None] = lambda news: None) -> None:
        self.verdict: int | None = None
        """The board's last answer; None before the first, and while it does not answer."""
        self._mcu = mcu
        self._progress = progress
        self._tell = tell
        self._failing = False

    async def run(self) -> None:
        """Renew until cancelled. A loop that stands still is not hidden: its counters are told as they are."""
        while True:
            now, asked_s = self._progress, time.monotonic()
            try:
                leased = await self._mcu.channel.renew(
                    now.tick % _WRAP, int(now.capture_s * 1000) % _WRAP, now.inferences % _WRAP
                )
            except LineError as error:
                self.verdict = None  # when the line is back, the next renewal counts
                if not isinstance(error, LinkLost):
                    now.answered_s = time.monotonic()
                if not self._failing:  # of failures that follow each other the first is told
                    self._tell(News(What.NOTICE, title=f"a renewal failed: {error.message}", task=UNANSWERED))
                self._failing = True
            else:
                self.verdict, self._failing = int(leased.verdict), False
                now.answered_s = time.monotonic()
                took_ms = 1000 * (time.monotonic() - asked_s)
                if took_ms > SLOW_MS:
                    self._tell(News(What.NOTICE, title=f"a renewal took {took_ms:.0f} ms", task=LATE))
            await asyncio.sleep(RENEW_S)
