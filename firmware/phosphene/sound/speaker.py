# SPDX-License-Identifier: Apache-2.0
"""What every speaker does: open, take a whole utterance, cut it when it must, say what is wrong, close."""

from __future__ import annotations

from typing import Protocol

from phosphene.sound.samples import Samples


class Speaker(Protocol):
    """A driver of one speaker. It may block for a while, so it runs in a thread of its own. After `close` it may be
    opened again.
    """

    @property
    def name(self) -> str:
        """What a person would recognise it by."""
        ...

    @property
    def live(self) -> bool:
        """Whether it may come back when it has failed: a device may, a file is not begun anew."""
        ...

    def open(self) -> None:
        """Take the device. Raises SoundError when it isn't there, is busy, or can't play what we have."""
        ...

    def play(self, samples: Samples) -> None:
        """Take all of an utterance, behind what is still to be heard, and return without waiting for it: who feeds a
        speaker bit by bit is late for one of them on a busy day. Raises SoundError.
        """
        ...

    def cut(self) -> None:
        """Let what is still to be heard fade within 10 ms. Raises SoundError."""
        ...

    @property
    def ahead_s(self) -> float:
        """How long what was taken will still be heard, in seconds, with the device's own delay."""
        ...

    def check(self) -> None:
        """Do what is due, and see that it is still there: called often while something is heard, and now and then
        otherwise. Raises SoundError when the device is gone, or takes nothing any more.
        """
        ...

    def close(self) -> None:
        """Give the device back. May be called more than once."""
        ...
