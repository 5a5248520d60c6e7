# SPDX-License-Identifier: Apache-2.0
"""What people should know of the device itself, most of it wrong: seen on the screen, heard, kept in the trace."""

from __future__ import annotations

from enum import StrEnum


class Condition(StrEnum):
    """Something that is so now, most important first."""

    BOARD_SILENT = "board silent"
    ACCELERATOR = "accelerator"
    """It stalled or failed; the CPU may have taken over."""
    OVERLOADED = "overloaded"
    """Stages are late again and again."""
    BLIND = "blind"
    """The camera is gone, covered, or gives no pictures."""
    DEAF = "deaf"
    """The microphone is gone or silent."""
    RECORDING = "recording"
    """Nothing is wrong, but who is here should know: what is perceived goes into a file."""

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
    Condition.ACCELERATOR: "failed",
    Condition.OVERLOADED: "too slow",
    Condition.BLIND: "sees nothing",
    Condition.DEAF: "hears nothing",
    Condition.RECORDING: "are recorded",
}
_SUBJECTS = {
    Condition.BOARD_SILENT: "board",
    Condition.ACCELERATOR: "accelerator",
    Condition.OVERLOADED: "device",
    Condition.BLIND: "camera",
    Condition.DEAF: "microphone",
    Condition.RECORDING: "percepts",
}
