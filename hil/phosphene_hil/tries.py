# SPDX-License-Identifier: Apache-2.0
"""Tests that needed another try are named, with what went wrong: a retry is never hidden.

The tries themselves are pytest-rerunfailures' (`--reruns N`). A board runs in real time, and a machine that many
share may starve it of the half second after which it must fall back: that is a right fall-back, at the wrong moment
for the test. Whatever fails on each try is a failure.
"""

from __future__ import annotations

from collections import Counter

import pytest

_LONGEST = 160


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
