# SPDX-License-Identifier: Apache-2.0
"""From what a person types, such as ``fb:/dev/fb0`` or ``window``, to a display."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Final

from phosphene.screens.errors import ScreenError
from phosphene.screens.framebuffer import Framebuffer
from phosphene.screens.luma_panel import PANELS, LumaPanel
from phosphene.screens.png_sequence import MOST_BYTES, MOST_PICTURES, PngSequence
from phosphene.screens.protocol import Display, ScreenEvent
from phosphene.screens.screen import STALE_S, Screen
from phosphene.screens.window import WindowDisplay
from phosphene.screens.words import Settings, Words, split

DISPLAY_HELP: Final = "fb:/dev/fb0, luma:ili9341, window, png:FOLDER, none"

_WORDS: Final = ("fb", "fb:/dev/fb0", "luma", "window", "png", "none", "drm", *(f"luma:{name}" for name in PANELS))


def open_display(spec: str, *, width: int = 320, height: int = 240) -> Display | None:
    """Return the display that `spec` names, not yet opened; None for ``none``. Raises ScreenError when it names none.

    Width and height are those of the painted picture; a window is made for them, other displays have their own.
    """
    words = split(spec)
    settings = Settings(spec, words.settings, ScreenError)
    if words.word == "none" and not words.what:
        settings.done()
        return None
    turn = settings.turn()
    if words.word in ("fb", "/dev/fb0") or spec.startswith("/dev/fb"):
        path = words.what or (words.word if words.word.startswith("/") else "/dev/fb0")
        settings.done()
        return Framebuffer(path, turn=turn)
    if words.word == "png" and words.what:
        most = settings.number("most", MOST_PICTURES, 1, 10**8)
        most_bytes = settings.number("bytes", MOST_BYTES, 1, 10**12)
        settings.done()
        return PngSequence(words.what, most=most, most_bytes=most_bytes, turn=turn)
    if words.word == "window" and not words.what:
        zoom, fullscreen = settings.number("zoom", 0, 0, 16), settings.switch("fullscreen")
        settings.done()
        return WindowDisplay(width, height, zoom=zoom, fullscreen=fullscreen, turn=turn)
    if words.word == "luma" and words.what in PANELS:
        return LumaPanel(words.what, settings.rest(), turn=turn)
    raise _unknown(spec, words)


def run_screen(
    spec: str,
    size: tuple[int, int],
    tell: Callable[[ScreenEvent], None] | None = None,
    *,
    stale_s: float | None = STALE_S,
) -> Screen | None:
    """Return a screen that runs: call its `show` on every tick, and `stop` in the end. `size` is width and height of
    the painted picture. None for ``none``. Raises ScreenError when `spec` names no display; whether there is one is
    told by events.
    """
    display = open_display(spec, width=size[0], height=size[1])
    if display is None:
        return None
    screen = Screen(display, tell, stale_s=stale_s)
    screen.start()
    return screen


def _unknown(spec: str, words: Words) -> ScreenError:
    if words.word == "drm":
        return ScreenError(
            "there is no driver of its own for DRM",
            place=repr(spec),
            cure="use fb:/dev/fb0, which the kernel makes of every DRM display",
        )
    if words.word == "luma":
        return ScreenError("luma drives no such panel in colour", place=repr(spec), cure=f"one of {', '.join(PANELS)}")
    if words.word == "png":
        return ScreenError("a folder is missing", place=repr(spec), cure="png:FOLDER")
    near = difflib.get_close_matches(spec.strip(), _WORDS, 1, 0.5)
    cure = f"did you mean {near[0]}?" if near else f"use {DISPLAY_HELP}"
    return ScreenError("this names no display", place=repr(spec), cure=cure)
