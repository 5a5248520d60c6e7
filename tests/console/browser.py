# SPDX-License-Identifier: Apache-2.0
"""A real headless Chromium that can reach nothing but 127.0.0.1, and a device for it to look at."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import queue
import shutil
import signal
import tempfile
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from phosphene.console.painting import Frame, MakePainter
from phosphene.console.server import Where
from phosphene.console.settings import Settings
from phosphene.line.broker.rendezvous import running
from phosphene_tools.device import Device

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
expect.set_options(timeout=30_000)  # against hanging: a browser on busy cores takes its time
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--force-color-profile=srgb",
    # No name but this address resolves: what the page needs, it brings.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextlib.contextmanager
def chromium() -> Generator[Browser]:
    """Start Chromium. Skips the test where there is none."""
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@contextlib.contextmanager
def launched(playwright: Playwright, *flags: str) -> Generator[Browser]:
    """Start Chromium with further `flags`; several may run at a time. Skips the test where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no Chromium here: none of {', '.join(PROGRAMS)} is on the PATH")
    browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
    try:
        yield browser
    finally:
        browser.close()


def fake_devices(film: Path, sound: Path) -> list[str]:
    """Flags for Chromium to take a film and a sound file for its camera and microphone, which it may always use.

    The sound is played once, from when the microphone is opened.
    """
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
        f"--use-file-for-fake-audio-capture={sound}%noloop",
        "--autoplay-policy=no-user-gesture-required",
    ]


@contextlib.contextmanager
def watched(browser: Browser, address: str, **options: Any) -> Generator[Page]:
    """Open the console's page; what it complains about is an error."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(address)
    page.wait_for_selector("html[data-met]:not([data-veiled])")
    try:
        yield page
        assert complaints == []
    finally:
        context.close()


def canvas(page: Page) -> Frame:
    """Return what the canvas shows, as RGB."""
    width, height, pixels = page.evaluate(
        """() => {
          const { width, height } = document.getElementById("picture");
          const { data } = document.getElementById("picture").getContext("2d").getImageData(0, 0, width, height);
          let text = "";
          for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
          return [width, height, btoa(text)];
        }"""
    )
    return np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(height, width, 4)[:, :, :3]


def ask(page: Page, line: str) -> None:
    """Type a line as a person does."""
    page.fill("#line", line)
    page.keyboard.press("Enter")


@contextlib.contextmanager
def private_folders() -> Generator[None]:
    """Give sockets and caches a place of their own for longer than one test; a socket's path must be short."""
    folder = tempfile.mkdtemp(prefix="ph-")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        patch.setenv("XDG_CACHE_HOME", f"{folder}/cache")
        yield
        for holder in running():
            if holder.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(holder.pid, signal.SIGKILL)
    shutil.rmtree(folder)


@contextlib.contextmanager
def device_elsewhere(make: MakePainter | None = None, **options: Any) -> Generator[str]:
    """Run `phosphene run` in a thread, simulated board, broker and all; yields the console's address.

    It paints by `make` if there is one; `options` are those of Device.
    """
    if make is not None:
        options["make"] = lambda _accelerator, panel: make(panel)
    told: queue.Queue[tuple[str, str]] = queue.Queue()
    loops: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()
    faults: list[BaseException] = []

    async def run() -> None:
        ended = asyncio.Event()
        loops.put((asyncio.get_running_loop(), ended))
        say = {"say": lambda *words: told.put(words)}
        device = Device("sim", "operate", Where(port=0), Settings(), **say, **options)
        await device.run(ended)

    def thread() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            faults.append(error)
            told.put(("error", str(error)))

    device = threading.Thread(target=thread, daemon=True)
    device.start()
    loop, ended = loops.get(timeout=10)
    try:
        said: dict[str, str] = {}
        while "watch" not in said and "error" not in said:
            said.update([told.get(timeout=20)])
        if not faults:
            yield said["console"]
    finally:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(ended.set)
        device.join(15)
    if faults:
        raise faults[0]
    assert not device.is_alive(), "the device did not end"
