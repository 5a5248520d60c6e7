# SPDX-License-Identifier: Apache-2.0
"""The whole device in a real Chromium: the real board, the real painter, the real page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from phosphene.console.painting import Frame
from tests.console.browser import ask, canvas, chromium, device_elsewhere, private_folders, watched

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def device() -> Iterator[str]:
    with private_folders(), device_elsewhere() as address:
        yield address


@pytest.fixture
def page(browser: Browser, device: str) -> Iterator[Page]:
    with watched(browser, device) as found:
        yield found


def test_a_task_is_painted_with_its_exact_value(page: Page) -> None:
    ask(page, "exact.decimal 1 / 3 20")
    tree = page.locator("#tree")
    expect(tree).to_contain_text("value 0.33333333333333333333")
    value = tree.locator("[data-key='exact.decimal.value']").bounding_box()
    glass = page.locator("#picture").bounding_box()
    assert value is not None
    assert glass is not None
    picture = canvas(page)
    scale = picture.shape[1] / glass["width"]
    left, top = int((value["x"] - glass["x"]) * scale), int((value["y"] - glass["y"]) * scale)
    cut = picture[top : top + int(value["height"] * scale), left : left + int(value["width"] * scale)].astype(int)
    assert np.ptp(cut.sum(axis=2)) > 200, "something stands where the tree says that it stands"
    expect(page.locator("#facts")).to_have_text(re.compile("painted|overlaid"))


def test_a_painted_choice_is_pressed_where_it_is_painted(page: Page) -> None:
    ask(page, "exact.divide 7 2")
    tree = page.locator("#tree")
    expect(tree.get_by_role("heading")).to_have_text("divide: rule?")
    wanted = tree.get_by_role("button", name="truncate")
    for _ in range(4):  # what doesn't fit one page stands on the next
        if wanted.count():
            break
        frame = page.locator("#picture").get_attribute("data-frame")
        tree.locator("[data-key=page]").click()
        page.wait_for_selector(f"#picture:not([data-frame='{frame}'])")
    box = wanted.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(tree.get_by_role("heading")).to_have_text("divide 7 2 truncate")


def test_another_look_changes_the_picture_and_not_the_values(page: Page) -> None:
    ask(page, "exact.integer 6 * 7")
    tree = page.locator("#tree")
    expect(tree).to_contain_text("value 42")
    values = tree.locator("[data-part=value]").all_text_contents()
    picture, frame = canvas(page), page.locator("#picture").get_attribute("data-frame")
    page.get_by_role("button", name="Another look").click()
    page.wait_for_selector(f"#picture:not([data-frame='{frame}'])")
    assert not np.array_equal(canvas(page), picture)
    assert tree.locator("[data-part=value]").all_text_contents() == values


@pytest.mark.parametrize(("width", "height"), [(160, 120), (320, 240), (512, 384), (800, 480)])
def test_every_panel_is_painted(page: Page, width: int, height: int) -> None:
    page.get_by_label("Panel").select_option(f"{width}x{height}")
    expect(page.locator("#picture")).to_have_attribute("width", str(width))
    assert canvas(page).shape == (height, width, 3)
    page.get_by_label("Panel").select_option("320x240")
    expect(page.locator("#picture")).to_have_attribute("width", "320")


def test_a_timer_ticks(page: Page) -> None:
    ask(page, "timer.start tea 3 minutes")
    page.locator("#tree").get_by_role("button", name="Yes").click()
    left = page.locator("#tree [data-key='timer.left'] [data-part=value]")
    expect(left).to_have_text(re.compile("00:02:"))
    pictures: list[Frame] = []
    for _ in range(5):
        expect(left).not_to_have_text(left.text_content() or "")
        pictures.append(canvas(page))
    changed = [(before != after).any(axis=2).mean() for before, after in pairwise(pictures)]
    # One that the gate had painted again has another ground, and changes everywhere.
    assert 0 < min(changed) < 0.5, "the second ticks, and what stays is not painted again otherwise"
    page.locator("#tree").get_by_role("button", name="cancel the timer").click()
