# SPDX-License-Identifier: Apache-2.0
"""What a rig is, a computer and a micro-controller with the wires between them: `boards/rig/<name>/rig.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene_tools.boards.mcu import Signal
from phosphene_tools.boards.moving import Dispenser, Flash, Lights, Servo
from phosphene_tools.boards.outputs import Interlock, Output
from phosphene_tools.boards.privacy import Privacy
from phosphene_tools.boards.sensing import Analog, BatteryClock, I2c, LoadCell, Sensor, Thermostat
from phosphene_tools.boards.table import Name, Ohms, Pin, Table, Text, Title

Milliseconds = Annotated[int, Field(ge=200, le=60_000)]


class UsbLine(Table):
    """The line over the micro-controller's USB, as a second CDC interface beside the REPL."""

    kind: Literal["usb"]


class UartLine(Table):
    """The line over a UART of the micro-controller, USB being left for maintenance."""

    kind: Literal["uart"]
    id: Annotated[int, Field(ge=0, le=7)]
    """Number of the micro-controller's UART."""
    baud: Annotated[int, Field(ge=9600, le=10_000_000)] = 921_600
    """Rate in baud, within what both ends reach."""
    rxbuf: Annotated[int, Field(ge=2048, le=32_766)] = 4096
    """Receive buffer of the firmware in bytes. A smaller one overruns while Python collects its garbage."""
    tx: Pin
    """GPIO of TX; goes to the computer's RX."""
    rx: Pin
    """GPIO of RX; goes to the computer's TX."""
    rts: Pin | None = None
    """GPIO of RTS; goes to the computer's CTS. RTS and CTS come together or not at all."""
    cts: Pin | None = None
    """GPIO of CTS; goes to the computer's RTS."""
    sbc_uart: Name | None = None
    """The computer's UART at the other end, by its name in the computer's file."""
    level_shifter: Text | None = None
    """The part between them, needed where the two ends differ in volts."""

    def signals(self) -> list[tuple[Signal, int]]:
        """Return each signal with the GPIO that carries it."""
        pairs: list[tuple[Signal, int | None]] = [
            ("tx", self.tx),
            ("rx", self.rx),
            ("cts", self.cts),
            ("rts", self.rts),
        ]
        return [(signal, pin) for signal, pin in pairs if pin is not None]


class Enable(Table):
    """The ENABLE line and what holds it."""

    pin: Pin
    """GPIO that the firmware raises while it is armed."""
    kick_pin: Pin
    """GPIO that the firmware toggles while it is well."""
    dead_man: Literal["monostable", "none"]
    """The hardware that lets ENABLE fall when the kicks stop: a retriggerable monostable, or none at all."""
    dead_man_ms: Annotated[int, Field(ge=40, le=1000)] = 100
    """How long it waits for a kick, in ms. The firmware kicks every 10 ms, and writes flash for half of it at most."""
    pull_ohm: Ohms | None = None
    """Resistor from the GPIO to ground, which holds ENABLE low through reset and boot loader."""


class Lease(Table):
    """For how long each proof of progress holds, in ms."""

    tick_ms: Milliseconds = 500
    """Age of the loop's tick."""
    capture_ms: Milliseconds = 500
    """Age of the newest capture."""
    inference_ms: Milliseconds = 500
    """Age of the count of completed inferences."""


class Input(Table):
    """Something that the micro-controller reads."""

    name: Name
    """What tasks call it."""
    pin: Pin
    """GPIO that reads it."""
    pull: Literal["up", "down", "none"] = "none"
    """Where it rests."""
    pull_ohm: Ohms | None = None
    """External resistor for that; left out, the one inside the chip is used."""


class ShiftRegister(Table):
    """A chain of 74HC595."""

    data: Pin
    """GPIO to SER."""
    clock: Pin
    """GPIO to SRCLK."""
    latch: Pin
    """GPIO to RCLK."""


class Wiring(Table):
    """A computer, a micro-controller, and the wires between them."""

    title: Title
    """One line for a list."""
    sbc: Name
    """The computer, by the name of its folder in boards/sbc."""
    mcu: Name
    """The micro-controller, by the name of its folder in boards/mcu."""
    line: Annotated[UartLine | UsbLine, Field(discriminator="kind")]
    """What carries the line."""
    enable: Enable
    """The ENABLE line."""
    lease: Lease = Lease()
    """The lease."""
    outputs: Annotated[list[Output], Field(alias="output")] = []
    """Outputs."""
    inputs: Annotated[list[Input], Field(alias="input")] = []
    """Inputs."""
    shift_register: ShiftRegister | None = None
    """A chain of shift registers."""
    interlocks: Annotated[list[Interlock], Field(alias="interlock")] = []
    """Interlocks between outputs."""
    i2c: list[I2c] = []
    """I2C buses."""
    sensors: Annotated[list[Sensor], Field(alias="sensor")] = []
    """Sensors on these buses or on pins of their own."""
    analog: list[Analog] = []
    """Voltages."""
    load_cells: Annotated[list[LoadCell], Field(alias="load_cell")] = []
    """Load cells behind an HX711."""
    servos: Annotated[list[Servo], Field(alias="servo")] = []
    """Servos."""
    lights: list[Lights] = []
    """Chains of WS2812 lamps."""
    rtc: BatteryClock | None = None
    """A clock with a battery."""
    dispenser: Dispenser | None = None
    """The metered dispenser."""
    flash: Flash | None = None
    """Flash outside of the file system; the simulated board has some of its own."""
    thermostats: Annotated[list[Thermostat], Field(alias="thermostat")] = []
    """Temperatures that the firmware holds."""
    privacy: Privacy | None = None
    """Lights of camera and microphone, and the mute switch."""
