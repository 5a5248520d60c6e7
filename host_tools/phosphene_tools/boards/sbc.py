# SPDX-License-Identifier: Apache-2.0
"""What a computer is, seen from the line: `boards/sbc/<name>/board.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene_tools.boards.table import Name, Table, Text, Title, Volts


class SbcUart(Table):
    """One UART on the computer's header. Pins are written as its maker prints them."""

    name: Name
    """What a rig calls it."""
    device: Annotated[str, Field(pattern=r"^/dev/tty[A-Za-z0-9]+$")]
    """The device that the kernel makes of it, once enabled."""
    enable: Text
    """What enables it: a line of a configuration file, or a command."""
    max_baud: Annotated[int, Field(ge=9600, le=10_000_000)]
    """The fastest rate that it reaches, in baud."""
    tx: Text
    """Header pin of TX."""
    rx: Text
    """Header pin of RX."""
    cts: Text | None = None
    """Header pin of CTS; left out where it reaches no header."""
    rts: Text | None = None
    """Header pin of RTS; left out where it reaches no header."""


class Sbc(Table):
    """A computer that runs the supervisor."""

    title: Title
    """The computer's name as its maker writes it."""
    accelerator: Literal["cpu", "coral", "rk3588"]
    """What runs the networks."""
    datasheet: Text
    """Where the figures of this file come from: documents and sections."""
    io_volts: Volts | None = None
    """Level of its header's pins, in volts; left out where it has no header."""
    ground: list[Text] = []
    """Pins of the header that are ground; the first is drawn."""
    uarts: Annotated[list[SbcUart], Field(alias="uart")] = []
    """The UARTs on its header."""

    def uart(self, name: str) -> SbcUart | None:
        """Return the UART of that name, or None."""
        return next((uart for uart in self.uarts if uart.name == name), None)
