# SPDX-License-Identifier: Apache-2.0
"""What a ticking second costs on the way to a display: a few rows or boxes of a painted picture, never all of it."""

from __future__ import annotations

import atexit
from pathlib import Path

import pytest

from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Choice, Fact, Intent, Scene
from phosphene.screens import framebuffer_mode
from phosphene.screens.framebuffer import Framebuffer
from phosphene.screens.luma_panel import LumaPanel
from phosphene.screens.protocol import Display, Frame
from tests.screens import kernel
from tests.screens.controller import Controller, wire


def at(second: int) -> Scene:
    return Scene(
        facts=(Fact("timer.left", f"{second // 60:02}:{second % 60:02}", "Pasta", level=second / 600),),
        choices=(Choice("timer.stop", "Stop", main=True),),
        title="Timer",
        intent=Intent.PROGRESS,
    )


@pytest.fixture(scope="module")
def seconds() -> list[Frame]:
    painter = Painter.load(Panel(320, 240))
    painted = painter.paint(at(462))
    frames = [painted.frame]
    for second in range(461, 456, -1):
        painted = painter.update(painted, at(second))
        frames.append(painted.frame)
    return frames


def shares(display: Display, seconds: list[Frame]) -> tuple[int, list[int]]:
    """Return the bytes of the whole picture, and of each second after it."""
    display.open()
    whole, *then = [display.show(frame) for frame in seconds]
    return whole, then


def test_a_framebuffer_gets_the_rows_of_the_digits(
    seconds: list[Frame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "WIDE", 320)
    monkeypatch.setattr(kernel, "HIGH", 240)
    told = kernel.Kernel(16, kernel.RGB565, width=320)
    (tmp_path / "fb0").write_bytes(bytes(told.size))
    monkeypatch.setattr(framebuffer_mode.fcntl, "ioctl", told.ioctl)
    whole, then = shares(Framebuffer(str(tmp_path / "fb0")), seconds)
    assert whole == 320 * 240 * 2
    assert all(0 < sent < whole / 2 for sent in then)


def test_an_spi_panel_gets_the_boxes_of_the_digits(seconds: list[Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("luma.lcd", reason="luma.lcd is not installed: pip install phosphene[spi-screen]")
    monkeypatch.setattr(atexit, "register", lambda call, *_: call)
    wire(Controller(320, 240), monkeypatch)
    whole, then = shares(LumaPanel("ili9341"), seconds)
    assert whole >= 320 * 240 * 3
    assert all(0 < sent < whole / 20 for sent in then)
