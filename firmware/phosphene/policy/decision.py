# SPDX-License-Identifier: Apache-2.0
"""What the policy can want, and one decision of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from phosphene.line.dictionary import Task

Words = tuple[str, ...]
"""Words as they were heard, in their order. Never a value: the board turns them into one."""


class Action(IntEnum):
    """What is to happen. The numbers are the places of the network's output `actions`."""

    WAIT = 0
    TASK = 1
    """Take up a task, with the arguments that were pointed at."""
    ANSWER = 2
    """Fill in arguments of the task that is being talked about."""
    YES = 3
    NO = 4
    STOP = 5
    """Stop a process that runs."""
    HOME = 6
    MORE = 7
    AGAIN = 8
    HUSH = 9
    """Silence what rings."""
    UNSURE = 10
    """Ask back which of the best tasks is meant."""
    NOT_UNDERSTOOD = 11


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy wants at one step.

    `task` is the one for TASK and STOP, None otherwise. `arguments` are words that were pointed at, by the argument's
    name, for TASK and ANSWER; `sure` is how sure the least sure of an argument's words was heard, 0 … 1. `confidence`
    is the action's probability, 0 … 1, as the network sees it. `runners_up` are the next best tasks with their
    probabilities, best first; for UNSURE they are all that come into question. `touched` says that a finger did it and
    no network had to guess. `alternatives` are, for UNSURE, what to take up each of the `runners_up` would be.
    """

    action: Action
    task: Task | None = None
    arguments: Mapping[str, Words] = field(default_factory=dict[str, Words])
    confidence: float = 1.0
    runners_up: tuple[tuple[Task, float], ...] = ()
    touched: bool = False
    sure: Mapping[str, float] = field(default_factory=dict[str, float])
    alternatives: tuple[Decision, ...] = ()


WAIT: Final = Decision(Action.WAIT)
