# SPDX-License-Identifier: Apache-2.0
"""The page in a real Chromium, with the real board behind it; the pictures are blocks, so that pixels are known."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from phosphene.console.server import Where
from phosphene.painter.scene import Choice
from tests.console.blocks import BlockPainter
from tests.console.browser import ask, canvas, chromium, device_elsewhere, private_folders, watched
from tests.console.running import Console, a_scene, console_elsewhere

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def device() -> Iterator[str]:
    with private_folders(), device_elsewhere(BlockPainter) as address:
        yield address


@pytest.fixture
def page(browser: Browser, device: str) -> Iterator[Page]:
    with watched(browser, device) as found:
        yield found


def button(page: Page, name: str) -> Locator:
    return page.locator("#tree").get_by_role("button", name=name, exact=True)


def heading(page: Page) -> Locator:
    return page.locator("#tree").get_by_role("heading")


def test_the_canvas_shows_what_was_painted(browser: Browser, console: Console) -> None:
    console.show(a_scene("3.50"))
    with watched(browser, console.address) as page:
        page.wait_for_selector("#picture[data-frame='1']")
        for value in ("4", "5", "6"):
            console.show(a_scene(value))
        expect(page.locator("#tree")).to_contain_text("value 6")
        shown = console.screen.newest
        assert shown is not None
        assert shown.painted is not None
        page.wait_for_selector(f"#picture[data-frame='{shown.number}']")
        assert np.array_equal(canvas(page), shown.painted.frame)


def test_a_typed_task_is_called_and_its_exact_value_stands_in_the_tree(page: Page) -> None:
    ask(page, "exact.decimal 1 / 3 20")
    tree = page.locator("#tree")
    expect(tree.get_by_role("heading")).to_have_text("decimal numbers 1 / 3")
    expect(tree).to_contain_text("value 0.33333333333333333333")
    assert "0.33333333333333333333" in tree.aria_snapshot()


def test_a_painted_choice_is_pressed_where_it_is_painted(page: Page) -> None:
    ask(page, "exact.divide 7 2")
    expect(heading(page)).to_have_text("divide: rule?")
    box = button(page, "truncate").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(heading(page)).to_have_text("divide 7 2 truncate")


def test_keys_alone_are_enough(page: Page) -> None:
    page.locator("#line").focus()
    page.keyboard.type("gpio.write led off")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("set the output?")
    no = button(page, "No")
    while not no.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("What shall I do?")


def test_a_timer_ticks_on_the_page_and_the_focus_stays(page: Page) -> None:
    ask(page, "timer.start tea 3 minutes")
    button(page, "Yes").click()
    meter = page.locator("#tree").get_by_role("meter")
    expect(meter).to_have_attribute("aria-valuetext", re.compile("00:02:"))
    stop = button(page, "cancel the timer")
    stop.focus()
    for _ in range(2):
        expect(meter).not_to_have_attribute("aria-valuetext", meter.get_attribute("aria-valuetext") or "")
    expect(stop).to_be_focused()
    said = page.locator("#news").text_content() or ""
    assert (meter.get_attribute("aria-valuetext") or "") not in said, "a ticking value is not announced every second"
    stop.click()
    expect(heading(page)).to_have_text("cancel the timer?")
    button(page, "Yes").click()
    expect(heading(page)).to_have_text("Done: cancel the timer tea")


def test_another_look_changes_the_picture_and_not_the_values(page: Page) -> None:
    ask(page, "exact.integer 6 * 7")
    tree = page.locator("#tree")
    expect(tree).to_contain_text("value 42")
    words, picture = tree.aria_snapshot(), canvas(page)
    frame = page.locator("#picture").get_attribute("data-frame")
    page.get_by_role("button", name="Another look").click()
    page.wait_for_selector(f"#picture:not([data-frame='{frame}'])")
    assert not np.array_equal(canvas(page), picture)
    assert tree.aria_snapshot() == words


def test_the_controls_reach_the_picture(page: Page) -> None:
    before, frame = canvas(page), page.locator("#picture").get_attribute("data-frame")
    page.get_by_label("The room is").fill("0")
    expect(page.locator("#light-words")).to_have_text("dark")
    page.wait_for_selector(f"#picture:not([data-frame='{frame}'])")
    assert not np.array_equal(canvas(page), before)
    for width, height in ((512, 384), (160, 120), (800, 480), (320, 240)):
        page.get_by_label("Panel").select_option(f"{width}x{height}")
        expect(page.locator("#picture")).to_have_attribute("width", str(width))
        assert canvas(page).shape == (height, width, 3)
    page.get_by_label("The room is").fill("0.5")


def test_the_picture_is_covered_when_the_console_is_gone_and_comes_back(browser: Browser) -> None:
    with console_elsewhere() as console:
        port = int(console.authority.partition(":")[2])
        console.show(a_scene("1"))
        context = browser.new_context()
        page = context.new_page()
        page.goto(console.address)
        page.wait_for_selector("html[data-met]:not([data-veiled])")
    expect(page.get_by_text("The picture is old", exact=True)).to_be_visible()
    expect(page.locator("#picture")).to_be_hidden()
    expect(page.locator("#tree")).to_be_hidden()
    expect(page.get_by_role("alert")).to_contain_text("The picture is old")
    with console_elsewhere(Where(port=port)) as console:
        console.show(a_scene("2", title="again"))
        page.wait_for_selector("html:not([data-veiled])")
        expect(heading(page)).to_have_text("again")
        expect(page.locator("#picture")).to_be_visible()
        context.close()


def test_a_console_that_stands_still_is_noticed(browser: Browser) -> None:
    with console_elsewhere() as console:
        console.show(a_scene())
        with watched(browser, console.address) as page:
            stuck = threading.Event()
            console.loop.call_soon_threadsafe(stuck.wait, 30)
            expect(page.get_by_text("The picture is old", exact=True)).to_be_visible(timeout=10_000)
            stuck.set()
            page.wait_for_selector("html:not([data-veiled])")


def test_a_foreign_page_is_refused(browser: Browser, console: Console) -> None:
    console.show(a_scene())
    with console_elsewhere() as other:
        other.show(a_scene())
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        page.goto(other.address)
        told = page.evaluate(
            """address => new Promise((resolve) => {
              const socket = new WebSocket(address);
              socket.onopen = () => resolve("open");
              socket.onerror = () => resolve("refused");
            })""",
            f"ws://{console.authority}/screen",
        )
        context.close()
    assert told == "refused"


def test_motion_is_reduced_where_it_is_asked_for(browser: Browser, console: Console) -> None:
    console.show(a_scene())
    for wish, moves in (("no-preference", True), ("reduce", False)):
        with watched(browser, console.address, reduced_motion=wish) as page:
            page.evaluate(
                """() => {
                  window.moved = 0;
                  const animate = Element.prototype.animate;
                  Element.prototype.animate = function (...given) {
                    window.moved += 1;
                    return animate.apply(this, given);
                  };
                }"""
            )
            console.show(a_scene(title=wish, choices=(Choice("a", "b"),)))
            expect(heading(page)).to_have_text(wish)
            assert (page.evaluate("window.moved") > 0) is moves


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_all_without_scrolling_sideways(browser: Browser, device: str, scheme: str) -> None:
    size = {"width": 360, "height": 740}
    with watched(browser, device, viewport=size, color_scheme=scheme, device_scale_factor=2) as page:
        for larger in (False, True):
            page.evaluate("larger => { if (larger) document.documentElement.dataset.larger = 'yes'; }", larger)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        picture = page.locator("#glass").bounding_box()
        assert picture is not None
        assert picture["width"] >= 300
        line = page.get_by_label("Ask for something").bounding_box()
        assert line is not None
        assert line["height"] >= 44
