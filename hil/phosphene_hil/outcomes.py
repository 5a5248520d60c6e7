# SPDX-License-Identifier: Apache-2.0
"""Blocked is not failed: a test whose rig could not be had, or went away under it, says nothing of the board.

A rig that was never there is *absent*: its tests are skipped. One that somebody else holds, or that went away in the
middle of the run, *blocks* its tests: they are counted, listed and told to JUnit by that word, and a run in which
nothing failed but something was blocked ends with a status of its own.
"""

from __future__ import annotations

from typing import Any

import pytest

from phosphene.errors import PhospheneError

EXIT_BLOCKED = 6
"""Exit status of a run in which no test failed and at least one was blocked; pytest's own end at 5."""
BLOCKED = "blocked"
_IS_BLOCKED = pytest.StashKey[bool]()


_Status = tuple[str, str, tuple[str, dict[str, bool]]]


class RigBlocked(PhospheneError):
    """The rig can't be had now, though it is there; or it went away."""


class Blocked(pytest.skip.Exception):
    """Ends a test that has no rig."""


def block(item: pytest.Item, report: pytest.TestReport, reason: str) -> None:
    """Make `report` that of a blocked test. What the test itself said stays beside it.

    A test is blocked once: what its end then has to say of a rig that is not there is nothing new.
    """
    if report.failed:
        report.sections.append(("what the test saw", report.longreprtext))
    if item.stash.get(_IS_BLOCKED, False):
        report.outcome, report.longrepr = "passed", None
        return
    item.stash[_IS_BLOCKED] = True
    path, line, _ = report.location
    report.outcome = "skipped"
    report.longrepr = (path, (line or 0) + 1, f"Skipped: {BLOCKED}: {reason}")
    setattr(report, BLOCKED, reason)  # plain text, so it travels from a worker with the report


def blocked(report: object) -> str:
    """Return why a report's test was blocked, or nothing."""
    reason: Any = getattr(report, BLOCKED, "")
    return str(reason)


class Outcomes:
    """The part of the plug-in that tells of blocked tests, in the process that talks to the user."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, str]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> _Status | None:
        """Count a blocked test by that word."""
        return (BLOCKED, "B", ("BLOCKED", {"yellow": True})) if blocked(report) else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember it."""
        if reason := blocked(report):
            self._seen.append((report.nodeid, reason))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Tell it by the exit status, where nothing is worse."""
        if self._seen and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = EXIT_BLOCKED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List them with their reasons."""
        if self._seen:
            terminalreporter.section("blocked: no failure, but nothing was shown either", yellow=True)
            for nodeid, reason in self._seen:
                terminalreporter.write_line(f"BLOCKED {nodeid} - {reason}", yellow=True)
