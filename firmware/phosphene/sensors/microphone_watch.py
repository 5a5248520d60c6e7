# SPDX-License-Identifier: Apache-2.0
"""A microphone that runs: every block of its sound, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.inspect_sound import SoundInspector
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, SensorEvent, Source, Trouble
from phosphene.sensors.watch import Watch

_MOST_WAITING_S: Final = 2.0


class MicrophoneWatch(Watch[Sound]):
    """Keeps two seconds of sound for whoever takes it block by block; what is older gives way, and the next block says
    how much was missed. Its times only grow.
    """

    def __init__(self, source: Source[Sound], tell: Callable[[SensorEvent], None] | None = None) -> None:
        super().__init__(source, tell)
        self._waiting: deque[Sound] = deque()
        self._waiting_samples = 0
        self._gave_way = 0
        self._end_s = float("-inf")
        self._inspector = SoundInspector(live=source.live)

    def next(self, timeout_s: float = 0.0) -> Sound | None:
        """Return the oldest block that waits; else wait for one, or return None in the end."""
        with self._lock:
            self._lock.wait_for(lambda: self._waiting or self.ended, timeout_s)
            if not self._waiting:
                return None
            sound = self._waiting.popleft()
            self._waiting_samples -= sound.samples.size
            missed, self._gave_way = self._gave_way, 0
            return replace(sound, missed=sound.missed + missed) if missed else sound

    def _opened(self, form: CameraFormat | MicrophoneFormat) -> None:
        self._inspector = SoundInspector(live=self._source.live)

    def _inspect(self, block: Sound) -> tuple[frozenset[Trouble], float]:
        return self._inspector.look(block)

    def _keep(self, block: Sound) -> int:
        block = replace(block, time_s=max(block.time_s, self._end_s))
        self._end_s = block.end_s
        self._waiting.append(block)
        self._waiting_samples += block.samples.size
        lost = block.missed
        while self._waiting_samples > _MOST_WAITING_S * RATE_HZ and len(self._waiting) > 1:
            oldest = self._waiting.popleft()
            self._waiting_samples -= oldest.samples.size
            self._gave_way += oldest.samples.size + oldest.missed
            lost += oldest.samples.size
        return lost

    def _size(self, block: Sound) -> int:
        return block.samples.size
