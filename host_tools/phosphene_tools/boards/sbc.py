# SPDX-License-Identifier: Apache-2.0
"""What a computer is, seen from the line: `boards/sbc/<name>/board.toml`."""

from __future__ import annotations

from collections.abc import Callable
from math import radians, tan
from typing import Annotated, Final, Literal, cast

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from phosphene.errors import PhospheneError
from phosphene_tools.boards.table import Name, Table, Text, Title, Volts

# What a file calls a chip, and the back-end of phosphene.accelerators that drives it: for an RK3588 that of its
# vendor's kernel, which its vendor's images have.
_KINDS: Final = {"cpu": "cpu", "coral": "coral", "rk3588": "rknn", "rknn": "rknn", "teflon": "teflon"}


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


class Camera(Table):
    """The camera that the computer looks through; what it takes in says how far away a face is."""

    title: Title
    """Its name as its maker writes it."""
    width: Annotated[int, Field(ge=16, le=8192)]
    """Pixels across of the pictures that are looked at."""
    height: Annotated[int, Field(ge=16, le=8192)]
    """Pixels down."""
    focal_px: Annotated[float, Field(gt=1, le=100_000)] | None = None
    """Focal length in pixels of these pictures, as a calibration gives it; docs/seeing.md has a way to measure it."""
    degrees: Annotated[float, Field(gt=1, lt=170)] | None = None
    """Or what it takes in from left to right, in degrees, as its data sheet says."""

    @model_validator(mode="after")
    def one_of_both(self) -> Camera:
        """Check that the lens is described once."""
        if (self.focal_px is None) == (self.degrees is None):
            raise ValueError("give either focal_px or degrees")
        return self

    @property
    def focal_length_px(self) -> float:
        """Focal length in pixels, whichever way it was given."""
        if self.focal_px is not None:
            return self.focal_px
        return self.width / 2 / tan(radians(cast("float", self.degrees)) / 2)


def _display(spec: str) -> str:
    """Check that a spec names a display, whether or not there is one here."""
    # Late: `phosphene boards` need not load what writes pictures.
    from phosphene.screens.opening import open_display

    return _named(spec, lambda: open_display(spec))


def _touch(spec: str) -> str:
    from phosphene.screens.window import WindowDisplay
    from phosphene.touch.opening import open_touch

    # The window's mouse is a touch panel where the window is the display, which the run will tell.
    return _named(spec, lambda: open_touch(spec, WindowDisplay()))


def _speaker(spec: str) -> str:
    from phosphene.sound.opening import open_speaker

    return _named(spec, lambda: open_speaker(spec))


def _named(spec: str, name: Callable[[], object]) -> str:
    try:
        name()
    except PhospheneError as error:
        raise PydanticCustomError("spec", "{said}", {"said": f"{error.message}; {error.cure}"}) from error
    return spec


class Sbc(Table):
    """A computer that runs the supervisor."""

    title: Title
    """The computer's name as its maker writes it."""
    accelerator: Literal["cpu", "coral", "rk3588", "rknn", "teflon"]
    """What runs the networks; an RK3588's NPU is driven by rknn, unless teflon is named, for a mainline kernel."""
    datasheet: Text
    """Where the figures of this file come from: documents and sections."""
    io_volts: Volts | None = None
    """Level of its header's pins, in volts; left out where it has no header."""
    ground: list[Text] = []
    """Pins of the header that are ground; the first is drawn."""
    uarts: Annotated[list[SbcUart], Field(alias="uart")] = []
    """The UARTs on its header."""

    camera: Camera | None = None
    """Its camera; left out where none belongs to it."""
    display: Annotated[str, AfterValidator(_display)] = "none"
    """What the painted picture is shown on, such as "fb:/dev/fb0"; docs/screens.md lists all."""
    touch: Annotated[str, AfterValidator(_touch)] = "none"
    """What feels fingers there, such as "evdev:NAME"."""
    speaker: Annotated[str, AfterValidator(_speaker)] = "none"
    """What chimes and speaks, such as "pyaudio"; docs/sound.md lists all."""

    @property
    def accelerator_kind(self) -> str:
        """The back-end that drives it, as `phosphene.accelerators` names it."""
        return _KINDS[self.accelerator]

    def uart(self, name: str) -> SbcUart | None:
        """Return the UART of that name, or None."""
        return next((uart for uart in self.uarts if uart.name == name), None)
