# SPDX-License-Identifier: Apache-2.0
"""The page while the scripted visitor is there: it says so, and whoever presses a key has the device."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from phosphene_tools.tour.script import HOME, Act, Deed, Stands, does, types, watches
from phosphene_tools.tour.tours import Plan
from tests.console.blocks import BlockPainter
from tests.console.browser import chromium, device_elsewhere, private_folders, watched

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

ACT = Act(
    "a sum",
    "Every digit is the board's.",
    (
        does(Deed.COMES, HOME, caption="comes in"),
        types("exact.integer 6 * 7", Stands(".*", ("value 42",))),
        watches(Stands("what never comes"), within_s=90, caption="waits"),
    ),
)


def test_the_page_says_who_visits_and_what_they_do_until_somebody_real_is_there() -> None:
    plan = Plan(after_s=0.3, again_s=0, acts=[ACT], looks=0.0, talks=False)
    device = device_elsewhere(BlockPainter, tour=plan)
    with private_folders(), device as address, chromium() as browser, watched(browser, address) as page:
        box = page.locator("#visitor")
        expect(box).to_contain_text("a scripted visitor")
        expect(box).to_contain_text(ACT.about)
        expect(page.locator("#visitor-now")).to_have_text("waits")
        expect(page.locator("#visitor-now")).to_have_attribute("aria-live", "polite")
        expect(page.locator("#hint")).to_contain_text("demonstration")
        expect(page.locator("#tree")).to_contain_text("42")
        page.keyboard.press("Shift")
        expect(box).to_be_visible()
        page.keyboard.press("a")
        expect(box).to_be_hidden(timeout=5_000)
        expect(page.locator("#tree")).to_contain_text("42")
        expect(page.locator("#hint")).not_to_contain_text("demonstration")
