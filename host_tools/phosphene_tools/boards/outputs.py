# SPDX-License-Identifier: Apache-2.0
"""What a rig drives, with its limits and interlocks: the tables `[[output]]` and `[[interlock]]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene_tools.boards.table import Name, Ohms, Pin, Table

Seconds = Annotated[float, Field(ge=0.1, le=86_400)]


class Output(Table):
    """Something that the micro-controller drives."""

    name: Name
    """What tasks call it."""
    pin: Pin
    """GPIO that drives it."""
    safe: Literal[0, 1] = 0
    """Its safe level."""
    guarded: bool
    """Whether it is behind ENABLE. What can hurt somebody is."""
    on_lease_loss: Literal["safe", "hold", "autonomous"] = "safe"
    """What it does when the lease is lost."""
    max_s: Annotated[int, Field(ge=0, le=86_400)] = 0
    """For how long it may hold or go on, in s; 0 is without end, for "autonomous" only."""
    pull_ohm: Ohms | None = None
    """Resistor that pulls it to its safe level."""
    max_on_s: Seconds | None = None
    """For how long it may be away from its safe level, in s; then it goes safe by itself, and says why."""
    min_on_s: Seconds | None = None
    """How long a run should be, in s. Never keeps it on: who stops early waits for the rest before the next run."""
    min_off_s: Seconds | None = None
    """How long it rests between two runs and after a reset, in s."""
    max_changes_per_min: Annotated[int, Field(ge=2, le=120)] | None = None
    """How often it may change within any minute, off and on counted; going safe is never refused."""
    pwm_hz: Annotated[int, Field(ge=10, le=1_000_000)] | None = None
    """The one frequency that it may be modulated with, in Hz; left out, any."""
    lock: bool = False
    """Whether it is a lock: it opens on a grant only, and closes by itself after max_on_s."""


class Interlock(Table):
    """What outputs forbid each other: either `never`, or `output` with `needs`."""

    never: list[Name] = []
    """Outputs of which at most one is on, two or more."""
    output: Name | None = None
    """An output that is on only while others are; it goes safe before they do."""
    needs: list[Name] = []
    """The others."""
