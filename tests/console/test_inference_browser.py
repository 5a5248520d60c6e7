# SPDX-License-Identifier: Apache-2.0
"""The page says what the networks run on, and announces what becomes of it, in a real Chromium."""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import expect

from tests.console.browser import chromium, device_elsewhere, private_folders, watched
from tests.console.networks import IN_A_WORKER, ON_THE_CHIP, worker_of

pytestmark = pytest.mark.slow


def test_a_worker_that_dies_is_announced_and_the_picture_goes_on() -> None:
    device = device_elsewhere(accelerator=IN_A_WORKER)
    with private_folders(), device as address, chromium() as browser, watched(browser, address) as page:
        line = page.get_by_role("status").filter(has_text="The networks run on")
        expect(line).to_have_text(ON_THE_CHIP)
        events = page.get_by_text("What happened to the networks")
        expect(events).to_be_hidden()
        os.kill(worker_of(os.getpid()), signal.SIGKILL)
        frame = page.locator("#picture").get_attribute("data-frame")
        page.get_by_role("button", name="Another look").click()
        page.wait_for_selector(f"#picture:not([data-frame='{frame}'])")
        expect(line).to_have_text(re.compile(f"^{ON_THE_CHIP}.*the worker was started again: .*by signal 9"))
        expect(line).to_have_attribute("data-well", "yes")
        events.click()
        expect(
            page.get_by_role("list").filter(has_text="the worker ended under").get_by_role("listitem")
        ).to_have_count(2)
