# SPDX-License-Identifier: Apache-2.0
"""What a person types becomes a display, or an error that names what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from phosphene.screens.errors import ScreenError
from phosphene.screens.framebuffer import Framebuffer
from phosphene.screens.listing import list_displays
from phosphene.screens.luma_panel import LumaPanel
from phosphene.screens.opening import open_display
from phosphene.screens.png_sequence import PngSequence
from phosphene.screens.window import WindowDisplay
from phosphene_tools import places
from phosphene_tools.boards import InvalidBoardFile, load_rig


@pytest.mark.parametrize(
    ("spec", "kind", "name", "turn"),
    [
        ("fb", Framebuffer, "/dev/fb0", 0),
        ("fb:/dev/fb1@rotate=90", Framebuffer, "/dev/fb1", 1),
        ("/dev/fb0", Framebuffer, "/dev/fb0", 0),
        ("luma:ssd1351", LumaPanel, "luma:ssd1351", 0),
        ("luma:ili9341@rotate=270,gpio-backlight=12", LumaPanel, "luma:ili9341", 3),
        ("png:pictures@most=10,bytes=5M", PngSequence, "pictures", 0),
        ("png:me@home", PngSequence, "me", 0),
        ("window", WindowDisplay, "window", 0),
        (" window@zoom=2,fullscreen,rotate=180 ", WindowDisplay, "window", 2),
    ],
)
def test_displays(spec: str, kind: type, name: str, turn: int) -> None:
    if spec == "png:me@home":
        # Looks like a setting, so it is taken for one.
        with pytest.raises(ScreenError, match=r"no setting 'home' here.*known: rotate, most, bytes"):
            open_display(spec)
        return
    display = open_display(spec)
    assert display is not None
    assert isinstance(display, kind)
    assert (display.name, display.turn) == (name, turn)


def test_none() -> None:
    assert open_display("none") is None


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("windw", "this names no display — 'windw' — did you mean window?"),
        ("", "this names no display — '' — use fb:/dev/fb0, luma:ili9341, window, png:FOLDER, none"),
        ("drm:/dev/dri/card0", "use fb:/dev/fb0, which the kernel makes of every DRM display"),
        ("luma:ssd1306", "luma drives no such panel in colour — 'luma:ssd1306' — one of ili9341"),
        ("png", "a folder is missing — 'png' — png:FOLDER"),
        ("window@zoom=ten", "zoom can't be 'ten' — window@zoom=ten — it takes a whole number, 0 to 16"),
        ("window@rotate=45", "rotate can't be '45' — window@rotate=45 — it takes one of 0, 90, 180, 270"),
        ("window@fullscreen=yes", "fullscreen can't be 'yes'"),
        ("fb@zoom=2", "there is no setting 'zoom' here — fb@zoom=2 — known: rotate"),
        ("none@rotate=90", "there is no setting 'rotate' here — none@rotate=90 — known: none"),
        ("png:x@most=0", "it takes a whole number, 1 to 100000000"),
    ],
)
def test_what_names_none(spec: str, said: str) -> None:
    with pytest.raises(ScreenError) as caught:
        open_display(spec)
    assert said in str(caught.value)


def test_the_list_has_what_is_always_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":1")
    specs = [found.spec for found in list_displays()]
    assert specs[-2:] == ["window", "png:FOLDER"]


BOARD = """
title = "kitchen"
accelerator = "cpu"
datasheet = "none"
"""


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    """A folder of boards of one's own: the simulated rig on another computer."""
    (tmp_path / "sbc" / "kitchen").mkdir(parents=True)
    rig = tmp_path / "rig" / "kitchen"
    rig.mkdir(parents=True)
    text = (places.boards() / "rig" / "sim" / "rig.toml").read_text(encoding="utf-8")
    (rig / "rig.toml").write_text(text.replace('sbc = "laptop"', 'sbc = "kitchen"'), encoding="utf-8")
    return tmp_path


def test_a_board_says_what_is_on_it(kitchen: Path) -> None:
    board, rig = kitchen / "sbc" / "kitchen" / "board.toml", kitchen / "rig" / "kitchen"
    board.write_text(f'{BOARD}\ndisplay = "fb:/dev/fb0@rotate=90"\ntouch = "evdev:ft5x06@swap"\n')
    assert load_rig(str(rig)).sbc.display == "fb:/dev/fb0@rotate=90"
    assert load_rig(str(rig)).sbc.touch == "evdev:ft5x06@swap"
    board.write_text(BOARD)
    assert (load_rig(str(rig)).sbc.display, load_rig(str(rig)).sbc.touch) == ("none", "none")
    board.write_text(f'{BOARD}\ndisplay = "fb:/dev/fb0@rotat=90"\ntouch = "evdv:ft5x06"\n')
    with pytest.raises(InvalidBoardFile) as caught:
        load_rig(str(rig))
    first, second = str(caught.value).splitlines()
    assert "there is no setting 'rotat' here; known: rotate" in first
    assert "board.toml:6, display" in first
    assert "this names no touch panel; did you mean evdev:NAME?" in second
