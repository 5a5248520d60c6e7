# SPDX-License-Identifier: Apache-2.0
"""Attaches a tool to the broker of a board, which it starts with the rig's settings if none runs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from phosphene.exact import Coprocessor
from phosphene.line.broker.channel import BrokerChannel
from phosphene.line.broker.launch import BrokerOptions
from phosphene_tools.ports import RigPort


@dataclass(frozen=True, slots=True)
class Attached:
    """A board by its tasks, and the channel to it."""

    mcu: Coprocessor
    channel: BrokerChannel


@contextlib.asynccontextmanager
async def attached(port: RigPort, role: str, name: str, *, start: bool = True) -> AsyncGenerator[Attached]:
    """Attach to the broker of `port` as `name`; `role` is observe, operate, arm or maintain.

    Raises LinkLost when no broker runs and `start` is false, and whatever a broker that is started fails with.
    """
    options = BrokerOptions(baud=port.baud, rtscts=port.rtscts)
    channel = await BrokerChannel.attach(port.line, role=role, name=name, start=start, options=options)
    try:
        # Not entered: that would load the dictionary, and a board of another protocol version has none for us.
        mcu = Coprocessor(channel)
        try:
            yield Attached(mcu, channel)
        finally:
            await mcu.close()
    finally:
        await channel.close()
