# SPDX-License-Identifier: Apache-2.0
"""What a bench asks of whatever switches a board's power, or pulls its reset line."""

from __future__ import annotations

import asyncio
from typing import Protocol

from phosphene_hil.instrument import InstrumentError


class PowerError(InstrumentError):
    """What switches a board's power or reset does not, or can't."""


class Switch(Protocol):
    """One thing that is on or off. As power, on is *powered*; as a reset line, on is *held in reset*.

    Methods raise PowerError. They belong to one event loop.
    """

    async def set(self, *, on: bool) -> None:
        """Switch; returns when that is done as far as this means can know."""
        ...

    async def state(self) -> bool | None:
        """Return whether it is on, None where this means can't tell."""
        ...

    async def close(self) -> None:
        """Let go of it. What it switched stays as it is, if the means can do that."""
        ...


async def cut(power: Switch, seconds: float) -> None:
    """Take the power away for `seconds`. It is given back whatever happens meanwhile, a cancellation too."""
    await power.set(on=False)
    try:
        await asyncio.sleep(seconds)
    finally:
        await asyncio.shield(power.set(on=True))


async def pulse(line: Switch, seconds: float) -> None:
    """Hold a reset line for `seconds`; it is let go of whatever happens meanwhile."""
    await line.set(on=True)
    try:
        await asyncio.sleep(seconds)
    finally:
        await asyncio.shield(line.set(on=False))
