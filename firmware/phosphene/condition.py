# SPDX-License-Identifier: Apache-2.0
"""What people should know of the device itself, most of it wrong: seen on the screen, heard, kept in the trace."""

from __future__ import annotations

from enum import StrEnum


class Condition(StrEnum):
    """Something that is so now, most important first."""

    BOARD_SILENT = "board silent"
    BOARD_RESET = "board reset"
    """It began anew a moment ago: what it was doing has ended."""
    MUTED = "muted"
    """Nothing is wrong: somebody closed camera and microphone."""
    ACCELERATOR = "accelerator"
    """It stalled or failed; the CPU may have taken over."""
    OVERLOADED = "overloaded"
    """Stages are late again and again."""
    BLIND = "blind"
    """The camera is gone, covered, or gives no pictures."""
    DEAF = "deaf"
    """The microphone is gone or silent."""
    NOISY = "noisy"
    """Frames arrive damaged. They are sent again, so nothing else is wrong yet."""
    RECORDING = "recording"
    """Nothing is wrong, but who is here should know: what is perceived goes into a file."""
    DEMONSTRATION = "demonstration"
    """Nothing is wrong: it is a scripted visitor who speaks and touches."""

    @property
    def wrong(self) -> bool:
        """Whether something is the matter; otherwise it is only told."""
        return self not in (Condition.MUTED, Condition.RECORDING, Condition.DEMONSTRATION)

    @property
    def words(self) -> str:
        """What is shown of it."""
        return _WORDS[self]

    @property
    def subject(self) -> str:
        """What it is about: stands as the label."""
        return _SUBJECTS[self]


_WORDS = {
    Condition.BOARD_SILENT: "does not answer",
    Condition.BOARD_RESET: "has restarted",
    Condition.MUTED: "muted",
    Condition.ACCELERATOR: "failed",
    Condition.OVERLOADED: "too slow",
    Condition.BLIND: "sees nothing",
    Condition.DEAF: "hears nothing",
    Condition.NOISY: "is disturbed",
    Condition.RECORDING: "are recorded",
    Condition.DEMONSTRATION: "by a scripted visitor",
}
_SUBJECTS = {
    Condition.BOARD_SILENT: "board",
    Condition.BOARD_RESET: "board",
    Condition.MUTED: "camera and microphone",
    Condition.ACCELERATOR: "accelerator",
    Condition.OVERLOADED: "device",
    Condition.BLIND: "camera",
    Condition.DEAF: "microphone",
    Condition.NOISY: "line",
    Condition.RECORDING: "percepts",
    Condition.DEMONSTRATION: "demonstration",
}
