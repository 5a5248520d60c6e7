# SPDX-License-Identifier: Apache-2.0
"""What a process told last, and how long ago: a process that tells nothing more must not leave a number that looks new.

The board keeps a process's last word and repeats it when asked; that it still says so makes the number no younger.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

from phosphene.exact import Process, Results
from phosphene.prove.facts import LIVE_AGE_S

SILENT_S: Final = 5.0
"""What was told this long ago is taken away. Longer than for what is asked for: a process may have long steps."""


@dataclass(slots=True)
class Telling:
    """A process and its newest step. It outlives the screen that shows it, so that the age of a step does, too."""

    process: Process
    step: Results | None = None
    _told: float = 0.0

    async def steps(self) -> AsyncGenerator[tuple[Results | None, float]]:
        """Yield the newest step and its age in seconds: at once, when there is a newer one, when it has become older
        than LIVE_AGE_S, and None instead of it after SILENT_S. Ends with the process.
        """
        self._take(self.process.progress)
        yield self._now()
        news = aiter(self.process)
        following = asyncio.ensure_future(anext(news))
        try:
            while True:
                done, _ = await asyncio.wait({following}, timeout=self._until_older())
                if done:
                    if isinstance(following.exception(), StopAsyncIteration):
                        return
                    following.result()
                    following = asyncio.ensure_future(anext(news))
                    # Steps that were passed over, or shown before, come again: the newest counts.
                    if not self._take(self.process.progress):
                        continue
                yield self._now()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    def _take(self, step: Results | None) -> bool:
        """Take over a step, and return whether it is new."""
        if step is None or step is self.step:
            return False
        self.step, self._told = step, time.monotonic()
        return True

    def _now(self) -> tuple[Results | None, float]:
        age = time.monotonic() - self._told
        return (None, 0.0) if self.step is None or age > SILENT_S else (self.step, age)

    def _until_older(self) -> float | None:
        """Return the seconds until the step passes its next limit, None for never."""
        age = time.monotonic() - self._told
        limits = [limit for limit in (LIVE_AGE_S, SILENT_S) if limit >= age and self.step is not None]
        # A little more than the limit: at the limit itself it isn't older yet.
        return limits[0] - age + 0.01 if limits else None
