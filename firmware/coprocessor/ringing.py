# SPDX-License-Identifier: Apache-2.0
"""The bell of timers and alarms: three short beeps every two seconds on the output `buzzer`.

A board that declares none rings by its event alone, and so does one whose buzzer may
not go on now: its limits and the lease hold for it as for every output.
"""

import device
from micropython import const
from refusal import Refusal

BUZZER = "buzzer"
PERIOD_MS = const(2000)
BEEPS_MS = const(1200)
BEEP_MS = const(200)
LONGEST_MS = const(600000)  # then it falls silent, though nobody acknowledged


class Bell:
    def __init__(self):
        self._since_ms = -1  # -1: silent
        self._on = False

    def start(self, now: int) -> None:
        """Ring, for another ten minutes if it does already."""
        if BUZZER in device.outputs.names().split():
            self._since_ms = now

    def stop(self) -> None:
        self._since_ms = -1
        self._set(False)

    def round(self, now: int) -> None:
        """Keep the rhythm."""
        if self._since_ms < 0:
            return
        past = now - self._since_ms
        if past >= LONGEST_MS:
            self.stop()
            return
        phase = past % PERIOD_MS
        self._set(phase < BEEPS_MS and phase // BEEP_MS % 2 == 0)

    def _set(self, on: bool) -> None:
        if on == self._on:
            return
        self._on = on
        buzzer = device.outputs.named(BUZZER)
        if not on:
            buzzer.make_safe()
            return
        try:
            buzzer.turn_on()
        except Refusal:
            pass  # its beep is left out; the next one tries again
