# SPDX-License-Identifier: Apache-2.0
"""A small panel on the SPI bus, through the drivers of luma.lcd and luma.oled."""

from __future__ import annotations

import contextlib
import inspect
import threading
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from PIL import Image

from phosphene.errors import PhospheneError
from phosphene.screens import luma_bus
from phosphene.screens.errors import ScreenError
from phosphene.screens.protocol import DisplayFormat, Frame

# A frame is cut into at most so many parts each way, and of each the smallest box that changed is sent.
_MOST_PARTS: Final = 5
_PATIENCE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A controller: luma's library for it, the size of the usual panel in pixels, and how it stores a pixel."""

    library: Literal["lcd", "oled"]
    width: int
    height: int
    pixels: str


PANELS: Final = {
    "ili9341": Panel("lcd", 320, 240, "18 bit"),
    "ili9486": Panel("lcd", 320, 480, "18 bit"),
    "ili9488": Panel("lcd", 480, 320, "18 bit"),
    "st7735": Panel("lcd", 160, 128, "18 bit"),
    "st7789": Panel("lcd", 240, 240, "18 bit"),
    "ssd1351": Panel("oled", 128, 128, "16 bit"),
}
"""Controllers of luma's that show colours. Those of one colour can't show a painted picture."""


class LumaPanel:
    """Sends the boxes that changed. `settings` are luma's own options, such as ``{"spi-bus-speed": "32000000"}``.

    The bus has one direction: a panel that was unplugged looks like one that is there.
    """

    def __init__(self, controller: str, settings: dict[str, str] | None = None, *, turn: int = 0) -> None:
        self.name = f"luma:{controller}"
        self.turn = turn
        self._controller = controller
        self._panel = PANELS[controller]
        self._settings = settings or {}
        # Who holds it may use the bus.
        self._lock = threading.Lock()
        self._device: Any = None
        self._bus: luma_bus.CountedBus | None = None
        self._dark = False

    def open(self) -> DisplayFormat:
        self.close()
        panel = self._panel
        usual = {"interface": "spi", "width": str(panel.width), "height": str(panel.height)}
        wanted = luma_bus.options(self._controller, usual, self._settings, self.name)
        driver = getattr(luma_bus.load(f"luma.{panel.library}.device", self.name), self._controller)
        differences = luma_bus.load("luma.core.framebuffer", self.name).diff_to_previous
        with self._lock, self._told():
            self._bus = bus = luma_bus.CountedBus(wanted, self.name)
            # Turning is ours, so that touches are turned back alike.
            settings = vars(wanted) | {"rotate": 0, "framebuffer": differences(parts(wanted.width, wanted.height) ** 2)}
            takes = inspect.signature(driver).parameters
            taken = {key: value for key, value in settings.items() if key in takes}
            if panel.library == "lcd":
                taken |= {"gpio": bus.gpio, "gpio_LIGHT": wanted.gpio_backlight}
                taken |= {"active_low": wanted.backlight_active == "low"}
            # It clears the panel before it switches it on.
            self._device = driver(bus, **taken)
            self._dark = False
            return DisplayFormat(self._device.width, self._device.height, panel.pixels)

    def show(self, frame: Frame, *, whole: bool = False) -> int:
        with self._lock, self._told():
            device, bus = self._opened()
            before = bus.sent
            if whole and hasattr(device, "framebuffer"):
                device.framebuffer.prev_image = None
            device.display(Image.fromarray(frame))
            if self._dark:
                self._light(on=True)
            return bus.sent - before

    def blank(self) -> None:
        with self._lock, self._told():
            device, _ = self._opened()
            device.display(Image.fromarray(np.zeros((device.height, device.width, 3), np.uint8)))
            self._light(on=False)

    def check(self) -> None:
        """Nothing can be asked of it."""

    def close(self) -> None:
        if not self._lock.acquire(timeout=_PATIENCE_S):
            return  # a transfer hangs in the driver
        device, bus = self._device, self._bus
        self._device = self._bus = None
        self._lock.release()
        if device is not None and hasattr(device, "framebuffer"):
            # luma keeps every device until the program ends.
            device.framebuffer.prev_image = None
        if bus is not None:
            # It is given up; what fails now has failed before.
            with contextlib.suppress(Exception):
                bus.cleanup()

    def _light(self, *, on: bool) -> None:
        if hasattr(self._device, "backlight"):
            self._device.backlight(on)
        self._dark = not on

    def _opened(self) -> tuple[Any, luma_bus.CountedBus]:
        if self._device is None or self._bus is None:
            raise ScreenError("the panel is not open", place=self.name)
        return self._device, self._bus

    @contextlib.contextmanager
    def _told(self) -> Generator[None]:
        """Turn whatever luma and what is below it raise into a ScreenError."""
        try:
            yield
        except PhospheneError:
            raise
        except ImportError as error:
            raise ScreenError(
                f"{error.name} is not installed, which drives its pins or its bus",
                place=self.name,
                cure=f"{luma_bus.INSTALL}; on a Raspberry Pi 5 rpi-lgpio, too",
            ) from error
        except Exception as error:
            raise ScreenError(
                f"the panel can't be driven: {str(error) or type(error).__name__}",
                place=self.name,
                cure="enable SPI, and see its pins and options: ls /dev/spidev*",
            ) from error


def parts(width: int, height: int) -> int:
    """Return into how many parts each way a frame is cut; luma wants parts of one size."""
    return next(count for count in range(_MOST_PARTS, 0, -1) if width % count == 0 and height % count == 0)
