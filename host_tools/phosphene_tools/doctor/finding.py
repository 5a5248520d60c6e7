# SPDX-License-Identifier: Apache-2.0
"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

State = Literal["fine", "missing", "optional"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`missing`: the rig needs it; `optional`: it runs without. Both have a `cure`, a command where there is one."""

    topic: str
    state: State
    said: str
    cure: str = ""

    @classmethod
    def fine(cls, topic: str, said: str) -> Self:
        """Nothing to do."""
        return cls(topic, "fine", said)

    @classmethod
    def lacks(cls, topic: str, said: str, cure: str, *, needed: bool) -> Self:
        """It is not there."""
        return cls(topic, "missing" if needed else "optional", said, cure)
