# SPDX-License-Identifier: Apache-2.0
"""The page on a phone, upright and on its side, in a real Chromium with touch, and the real painter behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console import running
from tests.console.browser import ask, chromium, device_elsewhere, private_folders, watched

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
# Against hanging only: browser, board and painter share one computer.
WAIT_MS = 40_000
PHONE: dict[str, Any] = {"device_scale_factor": 2, "has_touch": True, "is_mobile": True}
SIZES = {"upright": {"width": 390, "height": 844}, "on its side": {"width": 844, "height": 390}}
LEAST_TEXT_PX = 12
LEAST_TARGET_PX = 44
HOME = "What shall I do?"

SMALL_TEXT = """least => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const style = getComputedStyle(element);
    if (!walker.currentNode.data.trim() || element.closest("#tree, .unseen, script, noscript")) continue;
    if (element.checkVisibility() && parseFloat(style.fontSize) < least) found.push(walker.currentNode.data.trim());
  }
  return found;
}"""
SMALL_TARGETS = """least => [...document.querySelectorAll("main :is(button, select, input[name=line], .file)")]
  .filter(element => element.checkVisibility() && !element.closest("#tree [data-key=page]"))
  .map(element => [element.textContent.trim() || element.id, element.getBoundingClientRect().height])
  .filter(([, height]) => height < least)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def device() -> Iterator[str]:
    with private_folders(), device_elsewhere() as address:
        yield address


@pytest.fixture(params=SIZES, ids=str)
def phone(browser: Browser, device: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with watched(browser, device, viewport=SIZES[request.param], **PHONE) as page:
        page.set_default_timeout(WAIT_MS)
        shows(page, HOME)
        yield page
        go_home(page)


def shows(page: Page, title: str) -> None:
    expect(page.locator("#tree").get_by_role("heading")).to_have_text(title, timeout=WAIT_MS)


def go_home(page: Page) -> None:
    """Touch Tasks until the tasks are there: a touch on a screen that has just changed does nothing."""
    heading = page.locator("#tree").get_by_role("heading")
    button = page.locator("#tree").get_by_role("button", name="Tasks", exact=True)
    for _ in range(20):
        if heading.text_content() == HOME:
            return
        if button.count():
            button.tap()
        page.wait_for_timeout(1_000)
    shows(page, HOME)


def painted(address: str) -> dict[str, tuple[int, int, int, int]]:
    """Return where each choice of the newest frame is painted, in its pixels: left, top, width, height."""
    with running.connected(address) as socket:
        tree, _ = running.Page(socket).frame(20)
    return {node["text"]: tuple(node["box"]) for node in tree["nodes"] if node["role"] == "button"}


def tap_at(page: Page, box: tuple[int, int, int, int]) -> None:
    """Put a finger on the middle of a box in the picture's pixels."""
    picture = page.locator("#picture")
    picture.scroll_into_view_if_needed()
    shown = picture.bounding_box()
    assert shown is not None
    scale = shown["width"] / int(picture.get_attribute("width") or 0)
    left, top, width, height = box
    page.touchscreen.tap(shown["x"] + scale * (left + width / 2), shown["y"] + scale * (top + height / 2))


def test_a_finger_lands_on_the_choice_that_is_painted_under_it(phone: Page, device: str) -> None:
    choices = painted(device)
    assert len(choices) >= 4
    for text, box in choices.items():
        if text == "More":
            continue
        picture = phone.locator("#picture")
        assert (picture.bounding_box() or {})["height"] <= phone.evaluate("innerHeight"), "the whole of it can be seen"
        tap_at(phone, box)
        shows(phone, text)
        go_home(phone)


def test_nothing_is_too_small_or_beside_the_window(phone: Page) -> None:
    for larger in (False, True):
        phone.evaluate("larger => { if (larger) document.documentElement.dataset.larger = 'yes'; }", larger)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert phone.evaluate(SMALL_TEXT, LEAST_TEXT_PX) == []
        assert phone.evaluate(SMALL_TARGETS, LEAST_TARGET_PX) == []


def test_an_effect_is_asked_for_and_agreed_to_by_touch(phone: Page) -> None:
    ask(phone, "set a timer for five minutes")
    shows(phone, "set a timer?")
    for text in ("Yes", "No"):
        box = phone.locator("#tree").get_by_role("button", name=text, exact=True).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= LEAST_TARGET_PX
    phone.locator("#tree").get_by_role("button", name="No", exact=True).tap()
    shows(phone, HOME)


def test_nothing_moves_on_a_phone_that_asks_for_that(browser: Browser, device: str) -> None:
    with watched(browser, device, viewport=SIZES["upright"], reduced_motion="reduce", **PHONE) as page:
        page.set_default_timeout(WAIT_MS)
        page.evaluate(
            """() => {
              window.moved = 0;
              Element.prototype.animate = function () { window.moved += 1; };
            }"""
        )
        ask(page, "which timers are set")
        shows(page, "which timers are set")
        go_home(page)
        assert page.evaluate("[window.moved, document.getAnimations().length]") == [0, 0]
