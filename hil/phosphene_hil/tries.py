# SPDX-License-Identifier: Apache-2.0
"""Tests that needed another try are named, with what went wrong: a retry is never hidden.

The tries themselves are pytest-rerunfailures' (`--reruns N`). A board runs in real time, and a machine that many
share may starve it of the half second after which it must fall back: that is a right fall-back, at the wrong moment
for the test. Whatever fails on each try is a failure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

_LONGEST = 160
_TIMEOUT = pytest.StashKey[Any]()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: object) -> Generator[None, object, object]:
    """Remember the time-out that a test has, for its next try."""
    item.stash[_TIMEOUT] = settings
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each further try the whole time: pytest-timeout counts all tries as one, and has none after it struck."""
    if getattr(item, "execution_count", 1) > 1 and _TIMEOUT in item.stash:
        item.ihook.pytest_timeout_cancel_timer(item=item)
        item.ihook.pytest_timeout_set_timer(item=item, settings=item.stash[_TIMEOUT])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List them."""
    again: list[pytest.TestReport] = terminalreporter.stats.get("rerun", [])
    if not again:
        return
    tries = Counter(report.nodeid for report in again)
    terminalreporter.section(f"{len(tries)} tests needed another try")
    for nodeid, count in tries.items():
        first = next(report for report in again if report.nodeid == nodeid)
        terminalreporter.write_line(f"{nodeid}: {count + 1} tries; at first: {_reason(first)}")


def _reason(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message if crash is not None else report.longreprtext)
    return " ".join(text.split())[:_LONGEST]
