# SPDX-License-Identifier: Apache-2.0
"""SPI panels: luma's real drivers and bus, down to bytes and pins, and a controller that understands them."""

from __future__ import annotations

import atexit
import sys
from typing import Any

import numpy as np
import pytest

from phosphene.screens.errors import ScreenError
from phosphene.screens.luma_panel import PANELS, LumaPanel, parts
from phosphene.screens.opening import open_display
from phosphene.screens.protocol import Frame
from tests.screens.controller import BACKLIGHT, Controller, wire
from tests.screens.scripted import picture

pytest.importorskip("luma.lcd", reason="luma.lcd is not installed: pip install phosphene[spi-screen]")
pytest.importorskip("luma.oled", reason="luma.oled is not installed: pip install phosphene[spi-screen]")

# luma.oled 3.16 under Pillow 13; it works until Pillow 14.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """luma cleans up when the program ends; by then these wires are gone."""
    monkeypatch.setattr(atexit, "register", lambda call, *_: call)


def panel(name: str, monkeypatch: pytest.MonkeyPatch, **settings: str) -> tuple[LumaPanel, Controller]:
    kind = PANELS[name]
    controller = Controller(kind.width, kind.height, solomon=name == "ssd1351", shifted=name == "ili9486")
    wire(controller, monkeypatch)
    display = LumaPanel(name, {key.replace("_", "-"): value for key, value in settings.items()})
    form = display.open()
    assert (form.width, form.height) == (kind.width, kind.height)
    return display, controller


def seen(frame: Frame, name: str) -> Frame:
    """What is left of a picture in the panel's own colours."""
    if PANELS[name].pixels == "18 bit":
        return frame  # the controller drops the lowest bits itself
    return frame & np.array([0xF8, 0xFC, 0xF8], np.uint8)


@pytest.mark.parametrize("name", PANELS)
def test_the_picture_is_in_the_panel_s_memory(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    display, controller = panel(name, monkeypatch)
    assert not controller.memory.any()  # cleared before it is switched on
    frame = picture(1, PANELS[name].width, PANELS[name].height)
    sent = display.show(frame)
    # All pixels, and a few bytes for where they belong.
    pixels = frame.size // 3 * (2 if PANELS[name].pixels == "16 bit" else 3)
    assert pixels <= sent <= pixels + 400
    assert np.array_equal(controller.memory, seen(frame, name))
    display.blank()
    assert not controller.memory.any()
    display.close()


@pytest.mark.parametrize("name", [name for name in PANELS if name != "st7789"])
def test_only_what_changed_is_sent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    display, controller = panel(name, monkeypatch)
    frame = picture(1, PANELS[name].width, PANELS[name].height).copy()
    display.show(frame)
    frame[10:18, 20:30] ^= 0xFF
    before = controller.pixel_bytes
    display.show(frame)
    # A box that crosses no edge of a part is sent as it is.
    assert controller.pixel_bytes - before == 8 * 10 * (2 if PANELS[name].pixels == "16 bit" else 3)
    assert np.array_equal(controller.memory, seen(frame, name))
    assert display.show(frame) == 0
    controller.memory[:] = 5
    display.show(frame, whole=True)
    assert np.array_equal(controller.memory, seen(frame, name))


def test_black_also_puts_out_its_light(monkeypatch: pytest.MonkeyPatch) -> None:
    display, controller = panel("ili9341", monkeypatch, backlight_active="high", spi_bus_speed="32000000")
    assert controller.speed_hz == 32_000_000
    display.show(picture(1, 320, 240))
    assert controller.pins[BACKLIGHT] == 1
    display.blank()
    assert controller.pins[BACKLIGHT] == 0
    display.show(picture(1, 320, 240))
    assert controller.pins[BACKLIGHT] == 1


def test_a_bus_that_fails_is_an_error_and_opens_again(monkeypatch: pytest.MonkeyPatch) -> None:
    display, controller = panel("st7735", monkeypatch)
    controller.gone = True
    with pytest.raises(ScreenError, match=r"Remote I/O error — luma:st7735 — enable SPI"):
        display.show(picture(1, 160, 128))
    display.close()
    with pytest.raises(ScreenError, match="SPI device not found"):
        display.open()
    controller.gone = False
    display.open()
    display.show(picture(1, 160, 128))
    assert np.array_equal(controller.memory, picture(1, 160, 128))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"spi_bus_speed": "fast"}, "argument --spi-bus-speed: invalid int value: 'fast'"),
        ({"colour": "red"}, "unrecognized arguments: --colour=red"),
        ({"width": "300"}, "Unsupported display mode: 300 x 240"),
        ({"spi_bus_speed": "7"}, "the panel can't be driven: AssertionError"),
    ],
)
def test_settings_that_luma_refuses(settings: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ScreenError, match=said):
        panel("ili9341", monkeypatch, **settings)


def test_without_the_packages_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    empty: Any = None
    monkeypatch.setitem(sys.modules, "RPi", empty)
    with pytest.raises(ScreenError, match=r"not installed.*spi-screen"):
        LumaPanel("ili9341").open()
    monkeypatch.setitem(sys.modules, "luma.core.cmdline", empty)
    with pytest.raises(ScreenError, match=r"luma\.core\.cmdline is not installed"):
        LumaPanel("ili9341").open()


def test_the_spec_reaches_luma(monkeypatch: pytest.MonkeyPatch) -> None:
    controller = Controller(320, 240)
    wire(controller, monkeypatch)
    display = open_display("luma:ili9341@spi-bus-speed=16000000,bgr,rotate=180")
    assert display is not None
    assert display.turn == 2
    display.open()
    assert controller.speed_hz == 16_000_000


def test_parts_are_of_one_size() -> None:
    assert [parts(320, 240), parts(160, 128), parts(96, 64), parts(7, 13)] == [5, 4, 4, 1]
