# SPDX-License-Identifier: Apache-2.0
"""What a micro-controller board is: `boards/mcu/<name>/board.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene_tools.boards.table import Pin, Table, Text, Title, UsbId, Volts

GpioKey = Annotated[str, Field(pattern=r"^GP[0-9]{1,2}$")]

Signal = Literal["tx", "rx", "cts", "rts"]
SIGNALS: tuple[Signal, ...] = ("tx", "rx", "cts", "rts")


class McuUart(Table):
    """One UART of the chip: the GPIOs that can carry each of its signals."""

    id: Annotated[int, Field(ge=0, le=7)]
    """The number that `machine.UART` knows it by."""
    max_baud: Annotated[int, Field(ge=9600, le=10_000_000)]
    """The fastest rate that it reaches, in baud."""
    any_pin: bool = False
    """Whether a pin matrix lets every GPIO carry every signal; the lists are then left out."""
    tx: list[Pin] = []
    """GPIOs that can carry TX."""
    rx: list[Pin] = []
    """GPIOs that can carry RX."""
    cts: list[Pin] = []
    """GPIOs that can carry CTS."""
    rts: list[Pin] = []
    """GPIOs that can carry RTS."""

    def pins(self, signal: Signal) -> list[int]:
        """Return the GPIOs that the chip ties to `signal`; empty if `any_pin`."""
        return {"tx": self.tx, "rx": self.rx, "cts": self.cts, "rts": self.rts}[signal]


class McuI2c(Table):
    """One I2C controller of the chip: the GPIOs that can carry each of its signals."""

    id: Annotated[int, Field(ge=0, le=3)]
    """The number that `machine.I2C` knows it by."""
    any_pin: bool = False
    """Whether a pin matrix lets every GPIO carry either signal; the lists are then left out."""
    sda: list[Pin] = []
    """GPIOs that can carry SDA."""
    scl: list[Pin] = []
    """GPIOs that can carry SCL."""


class McuUsb(Table):
    """How the board shows itself on USB."""

    vendor: UsbId
    """Vendor id while MicroPython runs, four hex digits."""
    product: UsbId
    """Product id while MicroPython runs, four hex digits."""
    boot_vendor: UsbId
    """Vendor id of the boot loader."""
    boot_product: UsbId
    """Product id of the boot loader."""
    second_cdc: bool
    """Whether a second CDC interface can carry the line beside the REPL."""


class Boot(Table):
    """How to get into the boot loader."""

    button: Text
    """What is printed beside the button."""
    how: Text
    """What to do, in one sentence."""


class Mcu(Table):
    """A micro-controller board that runs MicroPython."""

    title: Title
    """The board's name as its maker writes it."""
    chip: Literal["rp2040", "rp2350", "esp32-s3", "simulated"]
    """The chip, which some rules of wiring depend on."""
    micropython: Text
    """The MicroPython build for it, as its download page names it."""
    datasheet: Text
    """Where the figures of this file come from: documents and sections."""
    heap_kib: Annotated[int, Field(ge=64, le=8192)]
    """Heap that the firmware may count on, in KiB. The simulator enforces it."""
    io_volts: Volts
    """Level of its pins, in volts."""
    header: dict[GpioKey, Text]
    """GPIO to the pin of the board's header: GP14 = "19"."""
    onboard: dict[GpioKey, Text] = {}
    """GPIOs that are free to use but reach no header, and what hangs on them: GP25 = "LED"."""
    reserved: dict[GpioKey, Text] = {}
    """GPIOs that must not be used, and why."""
    ground: Annotated[list[Text], Field(min_length=1)]
    """Pins of the header that are ground; the first is drawn."""
    uarts: Annotated[list[McuUart], Field(alias="uart", min_length=1)]
    """The UARTs."""
    i2c: list[McuI2c] = []
    """The I2C controllers."""
    adc: list[Pin] = []
    """GPIOs that the analog-to-digital converter reaches."""
    usb: McuUsb | None = None
    """USB identity; a simulated board has none."""
    boot: Boot | None = None
    """Boot loader; a simulated board has none."""
    pull_down_max_ohm: Annotated[int, Field(ge=100, le=100_000)] | None = None
    """The largest resistor that surely pulls a pin low, where an erratum bounds it; the one inside is then too weak."""
    pull_down_erratum: Text | None = None
    """The erratum that bounds it."""

    @property
    def pins(self) -> dict[int, str]:
        """Every usable GPIO, and where it is: "pin 19", or what hangs on it on the board."""
        there = {key: f"pin {label}" for key, label in self.header.items()} | self.onboard
        return {int(key[2:]): label for key, label in there.items() if key not in self.reserved}

    @property
    def simulated(self) -> bool:
        """Whether this is no hardware but a launcher's child process."""
        return self.chip == "simulated"

    @property
    def is_rp2(self) -> bool:
        """Whether its pins, PWM and flash are an RP2's; the simulated board's are."""
        return self.chip in {"rp2040", "rp2350", "simulated"}

    def uart(self, number: int) -> McuUart | None:
        """Return the UART of that number, or None."""
        return next((uart for uart in self.uarts if uart.id == number), None)
