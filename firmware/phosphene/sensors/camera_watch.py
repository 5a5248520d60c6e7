# SPDX-License-Identifier: Apache-2.0
"""A camera that runs: its newest picture, and only that."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from phosphene.sensors.blocks import Frame
from phosphene.sensors.errors import TornPicture
from phosphene.sensors.inspect_frames import FrameInspector
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, Trouble
from phosphene.sensors.watch import Watch


class CameraWatch(Watch[Frame]):
    """Keeps the newest picture. Its numbers go on over an unplugging, its times only grow."""

    _newest: Frame | None = None
    _inspector: FrameInspector | None = None
    _number_before: int | None = None
    _offset = 0

    def newest(self, after: int = -1, timeout_s: float = 0.0) -> Frame | None:
        """Return the newest picture if its number is above `after`; else wait for one, or return None in the end."""
        with self._lock:

            def is_newer() -> bool:
                return self._newest is not None and self._newest.number > after

            self._lock.wait_for(lambda: is_newer() or self.ended, timeout_s)
            return self._newest if is_newer() else None

    def _opened(self, form: CameraFormat | MicrophoneFormat) -> None:
        self._inspector = FrameInspector(cast("CameraFormat", form), live=self._source.live)
        self._number_before = None

    def _inspect(self, block: Frame) -> tuple[frozenset[Trouble], float]:
        assert self._inspector is not None
        torn = self._inspector.torn(block)
        if torn:
            raise TornPicture(torn)
        return self._inspector.look(block)

    def _keep(self, block: Frame) -> int:
        if self._number_before is None:
            # The first since it was opened: a driver may count from anywhere.
            self._number_before = block.number - 1
            self._offset = (self._newest.number + 1 if self._newest else 0) - block.number
        lost = max(0, block.number - self._number_before - 1)
        self._number_before = block.number
        earliest_s = self._newest.time_s + 1e-6 if self._newest else block.time_s
        self._newest = replace(block, number=block.number + self._offset, time_s=max(block.time_s, earliest_s))
        return lost

    def _size(self, block: Frame) -> int:
        return 1
