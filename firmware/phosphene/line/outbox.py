# SPDX-License-Identifier: Apache-2.0
"""Frames that a session wants on the wire, until its driver takes them."""

from __future__ import annotations

from phosphene.line.frame import encode
from phosphene.line.statistics import LinkStatistics


class Outbox:
    """Collects wire bytes. `cut` tells the driver that these bytes replace whatever has not left yet."""

    def __init__(self, statistics: LinkStatistics) -> None:
        self.cut = False
        self._frames: list[bytes] = []
        self._statistics = statistics

    def put(self, type_: int, session: int, request: int, segment: int = 0, payload: bytes = b"") -> None:
        """Add one frame."""
        self._frames.append(encode(type_, session, request, segment, payload))
        self._statistics.tx_frames += 1

    def delimit(self) -> None:
        """Add a 0x00, which ends whatever noise comes before the next frame."""
        self._frames.append(b"\0")

    def replace(self) -> None:
        """Drop what is here, and tell the driver to drop what it holds; a cut frame is ended first."""
        self._frames.clear()
        self.cut = True
        self.delimit()

    def clear(self) -> None:
        """Forget everything: the port is gone."""
        self._frames.clear()
        self.cut = False

    def take(self) -> bytes:
        """Return the bytes to write, and forget them."""
        frames = self._frames
        if not frames:
            return b""
        data = frames[0] if len(frames) == 1 else b"".join(frames)
        frames.clear()
        self._statistics.tx_bytes += len(data)
        return data
