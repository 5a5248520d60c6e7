# SPDX-License-Identifier: Apache-2.0
"""Flash pauses: silence while the board writes its flash, for that stops its receiver (PROTOCOL.md, section 11)."""

from __future__ import annotations

import struct
from math import inf

from phosphene.line.frame import Frame
from phosphene.line.outbox import Outbox
from phosphene.line.wire import U16, FrameType, MalformedMessage


class Pause:
    """One pause at a time. While `active`, nothing but PAUSED is sent and no time-out runs."""

    def __init__(self, out: Outbox) -> None:
        self.active = False
        self.ends_at = inf
        self._out = out
        self._id = -1

    def on_pause(self, frame: Frame, now: float) -> bool:
        """Take a PAUSE; true when it began one. Raises MalformedMessage.

        It is answered each time, since the answer may have been lost. A copy that comes after the
        pause has ended must not begin it again: no RESUME would follow.
        """
        try:
            (longest_ms,) = U16.unpack(frame.payload)
        except struct.error as error:
            raise MalformedMessage(f"PAUSE: {error}") from error
        began = not self.active and frame.request != self._id
        if began:
            self.active, self._id = True, frame.request
            self.ends_at = now + 2e-3 * longest_ms
            self._out.replace()
        self._out.put(FrameType.PAUSED, frame.session, frame.request)
        return began

    def on_resume(self, frame: Frame) -> bool:
        """Take a RESUME; true when it ended a pause."""
        return frame.request == self._id and self.end()

    def tick(self, now: float) -> bool:
        """Return true when the pause ended because its time was up twice."""
        return now >= self.ends_at and self.end()

    def end(self) -> bool:
        """Return true when there was a pause to end."""
        ended, self.active, self.ends_at = self.active, False, inf
        return ended

    def forget(self) -> None:
        """Another session, whose pauses may have the same ids."""
        self.end()
        self._id = -1
