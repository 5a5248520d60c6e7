# SPDX-License-Identifier: Apache-2.0
"""Says how a training gets on: step, smoothed loss, steps per second, time left. One line a while, pipes included."""

from __future__ import annotations

import math
import sys
import time

from phosphene.errors import PhospheneError

_EVERY_S = 10.0
_SMOOTH = 0.98


class Progress:
    """Prints a line every ten seconds; on a terminal it rewrites one line each second."""

    def __init__(self, label: str, first: int, steps: int) -> None:
        self._label, self._first, self._steps = label, first, steps
        self._began = self._printed = time.monotonic()
        self._loss = math.nan
        self._terminal = sys.stderr.isatty()

    def step(self, step: int, loss: float) -> None:
        """Take the loss of `step`; raises PhospheneError when it is no number, since all that follows would be none."""
        if not math.isfinite(loss):
            raise PhospheneError(
                f"the loss is {loss} at step {step}",
                place=self._label,
                cure="lower the rate; look at that step's batch",
            )
        self._loss = loss if math.isnan(self._loss) else _SMOOTH * self._loss + (1 - _SMOOTH) * loss
        now = time.monotonic()
        if now - self._printed >= (1.0 if self._terminal else _EVERY_S):
            self._printed = now
            self._print(step + 1, now, "\r" if self._terminal else "\n")

    def end(self) -> None:
        """Print the last line."""
        self._print(self._steps, time.monotonic(), "\n")

    def _print(self, done: int, now: float, end: str) -> None:
        rate = (done - self._first) / max(now - self._began, 1e-9)
        left = (self._steps - done) / rate if rate else 0.0
        print(
            f"{self._label}: step {done}/{self._steps}  loss {self._loss:.5f}  {rate:.2f} it/s  {_clock(left)} left",
            end=end,
            file=sys.stderr,
            flush=True,
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
