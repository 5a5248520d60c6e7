# SPDX-License-Identifier: Apache-2.0
"""The senses in a real Chromium whose camera and microphone are fed by files, with the real board behind the page.

What perceives is plain arithmetic on known pictures and tones (`signals`): the way is under test, not the networks.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.resample import Resampler
from tests.console.blocks import BlockPainter
from tests.console.browser import device_elsewhere, fake_devices, launched, private_folders, watched
from tests.console.running import Console, console_elsewhere
from tests.console.signals import MarkerEye, ToneEar, a_picture, spoken, write_film, write_wave

pytestmark = pytest.mark.slow
# Against hanging only: film, sound, browser, board and perception share one computer.

RATE = 44_100
"""Of Chromium's fake microphone."""


class Heard:
    """The ears that were made, with all that they got."""

    def __init__(self) -> None:
        self.ears: list[ToneEar] = []

    def __call__(self) -> ToneEar:
        self.ears.append(ToneEar())
        return self.ears[-1]


def noise(seconds: float) -> NDArray[np.int16]:
    """Sound like none other, for a correlation: band-limited noise in bursts."""
    drawn = np.random.default_rng(5).normal(size=round(seconds * RATE))
    smooth = np.convolve(drawn, np.hanning(25) / 12, "same")
    at = np.arange(drawn.size) / RATE
    return (4000 * smooth * (np.sin(2 * np.pi * 1.7 * at) > 0)).astype(np.int16)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A film with a face and a hand, and a file that says a task half a second after it began."""
    folder = tmp_path_factory.mktemp("files")
    film = write_film(folder / "film.y4m", [a_picture((200 - 2 * at, 120, 160), hand=True) for at in range(15)])
    words = spoken(("timer", "five", "minutes"), RATE, before_s=1.0, after_s=30)
    return film, write_wave(folder / "words.wav", words)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="module")
def browser(playwright: Playwright, files: tuple[Path, Path]) -> Iterator[Browser]:
    with launched(playwright, *fake_devices(*files)) as found:
        yield found


def switch_on(page: Page) -> None:
    page.get_by_role("button", name="Use my camera and microphone").click()


def pixels(page: Page, canvas: str) -> NDArray[np.uint8]:
    """Return what a canvas shows, uint8 [height, width, 3]."""
    width, height, packed = page.evaluate(
        """id => {
          const { width, height } = document.getElementById(id);
          const copy = new OffscreenCanvas(width, height).getContext("2d");
          copy.drawImage(document.getElementById(id), 0, 0);
          const { data } = copy.getImageData(0, 0, width, height);
          let text = "";
          for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
          return [width, height, btoa(text)];
        }""",
        canvas,
    )
    return np.frombuffer(base64.b64decode(packed), np.uint8).reshape(height, width, 4)[:, :, :3]


def test_a_spoken_task_changes_the_screen_and_percepts_are_drawn(browser: Browser) -> None:
    device = device_elsewhere(BlockPainter, see=lambda _: MarkerEye(), hear=lambda _: ToneEar())
    with private_folders(), device as address, watched(browser, address) as page:
        heading = page.locator("#tree").get_by_role("heading")
        expect(heading).to_have_text("What shall I do?")
        expect(page.locator("#senses-state")).to_contain_text("No camera or microphone is on")
        switch_on(page)
        expect(page.locator("#senses-state")).to_contain_text("On: ")
        expect(page.locator("#spectrogram")).to_have_attribute("data-words", "timer five minutes")
        expect(heading).to_have_text("set a timer?")
        expect(page.locator("#tree")).to_contain_text("300 s")
        expect(page.locator("#heard")).to_have_text("timer five minutes")
        assert page.locator("#heard").get_attribute("aria-live") == "polite"
        expect(page.locator("#seen")).to_have_attribute("data-faces", "1")
        expect(page.locator("#seen")).to_have_attribute("data-hands", "1")
        expect(page.locator("#seen-words")).to_contain_text("a face at 60 cm, looking; a right hand: open palm")
        # The frame of the face is drawn in a colour that isn't in the film, on its mirrored picture.
        picture = pixels(page, "seen")
        yellow = np.all(np.abs(picture.astype(int) - (255, 216, 74)) < 40, axis=2)
        assert yellow.sum() > picture.shape[1]
        assert np.flatnonzero(yellow.any(axis=0)).mean() > 0.4 * picture.shape[1]
        # The tones stand in the spectrogram, brighter than what is around them.
        assert (pixels(page, "spectrogram").max(axis=2) > 200).mean() > 0.002
        page.get_by_role("button", name="Turn them off").click()
        expect(page.locator("#senses-state")).to_contain_text("No camera or microphone is on")
        expect(page.locator("#sensed")).to_be_hidden()


def test_the_sound_arrives_as_it_was_played(playwright: Playwright, files: tuple[Path, Path], tmp_path: Path) -> None:
    played = noise(6)
    sound = write_wave(tmp_path / "noise.wav", played)
    heard = Heard()
    with launched(playwright, *fake_devices(files[0], sound)) as browser, console_elsewhere(hear=heard) as console:
        console.show_something()
        with watched(browser, console.address) as page:
            switch_on(page)
            expect(page.locator("#level-words")).to_contain_text("dB")
            page.wait_for_timeout(5_000)
            page.get_by_role("button", name="Turn them off").click()
    (ear,) = heard.ears
    arrived = np.concatenate(ear.sound).astype(np.float64)
    arrived = arrived[np.flatnonzero(arrived)[0] :][: 5 * RATE_HZ]
    resampler = Resampler(RATE)
    wanted = np.concatenate((resampler.push(played.astype(np.float32)), resampler.flush())).astype(np.float64)
    stretch = RATE_HZ // 2
    found = [correlation(arrived[at : at + stretch], wanted) for at in range(0, arrived.size - stretch, stretch)]
    # On a busy computer the browser's own fake microphone stumbles; each stretch is found where it came to lie.
    assert len(found) >= 6
    assert np.quantile(found, 0.3) >= 0.99


def correlation(heard: NDArray[np.float64], played: NDArray[np.float64]) -> float:
    """Return the correlation of what was heard with the stretch of what was played that is most like it.

    The samples of the two lie at other instants, so the stretch is moved by parts of a sample, too.
    """
    size = 1 << (heard.size + played.size).bit_length()
    cross = np.fft.irfft(np.fft.rfft(played, size) * np.conj(np.fft.rfft(heard, size)), size)
    energy = np.sqrt(np.convolve(played**2, np.ones(heard.size), "valid")) + 1
    lag = int(np.argmax(cross[: energy.size] / energy))
    spectrum, hertz = np.fft.rfft(played), np.fft.rfftfreq(played.size)
    moved = (
        np.fft.irfft(spectrum * np.exp(2j * np.pi * hertz * part / 16), played.size)[lag : lag + heard.size]
        for part in range(-8, 9)
    )
    return max(float(np.corrcoef(heard, one)[0, 1]) for one in moved)


def test_a_file_is_played_as_if_it_were_the_sensors(
    browser: Browser, files: tuple[Path, Path], console: Console
) -> None:
    console.show_something()
    with watched(browser, console.address) as page:
        page.locator("#senses-file").set_input_files(files[1])
        expect(page.locator("#senses-state")).to_contain_text("On: words.wav")
        expect(page.locator("#heard")).to_have_text("timer five minutes")
        expect(page.locator("#seen-figure")).to_be_hidden()
        expect(page.locator("#heard-more")).to_contain_text("written down")
    assert console.notebook.utterances == ["timer five minutes"]


def test_a_file_that_can_not_be_played_is_told(browser: Browser, tmp_path: Path, console: Console) -> None:
    console.show_something()
    (tmp_path / "text.wav").write_text("no sound")
    with watched(browser, console.address) as page:
        page.locator("#senses-file").set_input_files(tmp_path / "text.wav")
        expect(page.locator("#senses-said")).to_have_text("This browser can't play text.wav.")
        expect(page.locator("#senses-state")).to_contain_text("No camera or microphone is on")


def test_another_page_takes_over_and_the_first_is_off(browser: Browser, console: Console) -> None:
    console.show_something()
    with watched(browser, console.address) as first, watched(browser, console.address) as second:
        switch_on(first)
        expect(first.locator("#seen-words")).to_contain_text("a face")
        expect(second.locator("#senses-state")).to_contain_text("In use by a page on 127.0.0.1, since")
        expect(second.locator("#sensed")).to_be_hidden()
        second.get_by_role("button", name="Take over with my camera and microphone").click()
        expect(second.locator("#seen-words")).to_contain_text("a face")
        expect(first.locator("#senses-said")).to_contain_text("taken over by a page on 127.0.0.1")
        expect(first.locator("#senses-state")).to_contain_text("In use by")


def test_the_camera_is_off_when_the_console_is_gone(browser: Browser) -> None:
    with console_elsewhere() as console:
        console.show_something()
        context = browser.new_context()
        page = context.new_page()
        page.goto(console.address)
        switch_on(page)
        expect(page.locator("#seen-words")).to_contain_text("a face")
    expect(page.locator("#senses-said")).to_have_text("The device does not answer: camera and microphone are off.")
    expect(page.locator("#sensed")).to_be_hidden()
    context.close()


def test_the_screen_follows_distance_until_a_hand_moves_the_control(
    playwright: Playwright, console: Console, tmp_path: Path
) -> None:
    near = write_film(tmp_path / "near.y4m", [a_picture((100, 20, 400))])
    sound = write_wave(tmp_path / "silence.wav", np.zeros(10 * RATE, np.int16))
    console.show_something()
    with launched(playwright, *fake_devices(near, sound)) as other, watched(other, console.address) as page:
        switch_on(page)
        expect(page.locator("#distance-words")).to_have_text("20 cm")
        follows = page.get_by_label("The screen follows my distance")
        expect(follows).to_be_checked()
        page.get_by_label("You are").fill("100")
        expect(follows).not_to_be_checked()
        page.wait_for_timeout(1_500)
        expect(page.locator("#distance-words")).to_have_text("100 cm")
        follows.check()
        expect(page.locator("#distance-words")).to_have_text("20 cm")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_all_without_scrolling_sideways(browser: Browser, console: Console, scheme: str) -> None:
    console.show_something()
    size = {"width": 360, "height": 740}
    with watched(browser, console.address, viewport=size, color_scheme=scheme, device_scale_factor=2) as page:
        button = page.get_by_role("button", name="Use my camera and microphone").bounding_box()
        assert button is not None
        assert button["height"] >= 44
        switch_on(page)
        expect(page.locator("#seen-words")).to_contain_text("a face")
        for larger in (False, True):
            page.evaluate("larger => { if (larger) document.documentElement.dataset.larger = 'yes'; }", larger)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_nothing_moves_where_motion_is_to_be_reduced(browser: Browser, console: Console) -> None:
    console.show_something()
    with watched(browser, console.address, reduced_motion="reduce") as page:
        switch_on(page)
        expect(page.locator("#heard")).to_have_text("timer five minutes")
        page.wait_for_timeout(500)
        before, columns = pixels(page, "spectrogram"), page.locator("#spectrogram").get_attribute("data-columns")
        page.wait_for_timeout(500)
        after, later = pixels(page, "spectrogram"), page.locator("#spectrogram").get_attribute("data-columns")
        assert int(later or 0) > int(columns or 0)
        # What was drawn stays where it is: only the columns that came, and the line before them, differ.
        changed = (before != after).any(axis=(0, 2))
        assert 0 < changed.mean() < 0.3
