# SPDX-License-Identifier: Apache-2.0
"""What a dialogue can want of the board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from phosphene.policy.shown import Pending, Running


@dataclass(frozen=True, slots=True)
class Call:
    """A task to be called, with words as arguments."""

    pending: Pending


@dataclass(frozen=True, slots=True)
class Stop:
    """A process to be aborted."""

    process: Running


@dataclass(frozen=True, slots=True)
class Hush:
    """What rings is to be silent."""

    name: str


Wish: TypeAlias = Call | Stop | Hush
