# SPDX-License-Identifier: Apache-2.0
"""Muted in a real Chromium: by the switch on the simulated board, by the button and by the key; and the board's lights.

The pins are read at the simulator, which is outside of the firmware and of the host.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from phosphene_tools.boards import load_rig
from phosphene_tools.published import simulated_boards
from phosphene_tools.sim.blocking_client import BlockingSimClient
from tests.console.blocks import BlockPainter
from tests.console.browser import device_elsewhere, fake_devices, launched, private_folders, watched
from tests.console.signals import MarkerEye, ToneEar, a_picture, spoken, write_film, write_wave

pytestmark = pytest.mark.slow

PINS = load_rig("sim").wiring.privacy
assert PINS is not None
LIGHTS = (PINS.camera_light, PINS.microphone_light)
SWITCH = PINS.mute_switch
# Every track that the page ever got, so that a test can see whether the browser let go of it.
TRACKS = """() => {
  window.tracks = [];
  const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await get(wish);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
}"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("files")
    film = write_film(folder / "film.y4m", [a_picture((200, 120, 160))])
    words = write_wave(folder / "words.wav", spoken((), before_s=60))
    with sync_playwright() as playwright, launched(playwright, *fake_devices(film, words)) as found:
        yield found


class Outside:
    """The simulator's control, in a thread of its own: in this one Playwright has a loop that runs."""

    def __init__(self, path: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._board = BlockingSimClient(path)

    def __enter__(self) -> Self:
        self._thread.submit(self._board.__enter__).result()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._thread.submit(self._board.__exit__).result()
        self._thread.shutdown()

    def switch(self, *, muted: bool) -> None:
        assert SWITCH is not None
        self._thread.submit(self._board.set_input, SWITCH, 0 if muted else None).result()

    def lights(self) -> list[int]:
        return [self._thread.submit(self._board.pin, pin).result().level for pin in LIGHTS if pin is not None]


def until(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not there():
        assert time.monotonic() < ends, "it never came about"
        time.sleep(0.02)


def live_tracks(page: Page) -> int:
    return page.evaluate("window.tracks.filter((track) => track.readyState === 'live').length")


def test_mute_closes_everything_and_the_lights_say_so(browser: Browser) -> None:
    device = device_elsewhere(BlockPainter, see=lambda _: MarkerEye(), hear=lambda _: ToneEar())
    with (
        private_folders(),
        device as address,
        watched(browser, address) as page,
        Outside(simulated_boards()[0].control) as board,
    ):
        page.evaluate(TRACKS)
        state, mute = page.locator("#senses-state"), page.get_by_role("button", name="Mute", exact=True)
        expect(page.locator("#light-camera")).to_have_text("camera: light off")
        until(lambda: board.lights() == [0, 0])

        page.get_by_role("button", name="Use my camera and microphone").click()
        expect(state).to_contain_text("On: ")
        expect(page.locator("#light-camera")).to_have_text("camera: light on")
        expect(page.locator("#light-microphone")).to_have_text("microphone: light on")
        expect(page.locator("#seen")).to_have_attribute("data-faces", "1")
        until(lambda: board.lights() == [1, 1])
        assert live_tracks(page) == 2

        # The switch: nothing on the page undoes it.
        board.switch(muted=True)
        expect(state).to_have_text("Muted")
        expect(page.locator("#shut")).to_contain_text("muted by the switch on the device")
        expect(page.locator("#tree")).to_contain_text("Muted. What shall I do?")
        expect(mute).to_be_disabled()
        expect(page.get_by_role("button", name="Use my camera and microphone")).to_be_disabled()
        assert live_tracks(page) == 0
        until(lambda: board.lights() == [0, 0])
        page.keyboard.press("Alt+m")
        page.wait_for_timeout(500)
        expect(state).to_have_text("Muted")

        # It comes back by itself, as it was.
        board.switch(muted=False)
        expect(state).to_contain_text("On: ")
        expect(page.locator("#tree")).not_to_contain_text("Muted")
        until(lambda: board.lights() == [1, 1])
        assert live_tracks(page) == 2

        # The key, and back by the button.
        page.keyboard.press("Alt+m")
        expect(state).to_have_text("Muted")
        expect(mute).to_have_attribute("aria-pressed", "true")
        assert live_tracks(page) == 0
        until(lambda: board.lights() == [0, 0])
        mute.click()
        expect(state).to_contain_text("On: ")
        expect(mute).to_have_attribute("aria-pressed", "false")
        page.get_by_role("button", name="Turn them off").click()
        expect(page.locator("#light-camera")).to_have_text("camera: light off")
        until(lambda: board.lights() == [0, 0])
