# SPDX-License-Identifier: Apache-2.0
"""What came of one phase of a test, and the class of its cause."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from phosphene.errors import LineError
from phosphene_hil.report.record import Cause, Outcome

BLOCKED = "blocked: "
"""How the reason begins when a rig is not there, or is there no more. It is no fault of what is under test."""
UNWELL = "the test left the board unwell"
_WENT = "went away"
_LACKS = ("lacks ", "has no task ")


class Verdict(NamedTuple):
    """One phase."""

    outcome: Outcome
    cause: Cause = ""
    reason: str = ""
    text: str = ""


def verdict(report: pytest.TestReport, raised: BaseException | None) -> Verdict | None:
    """Judge one phase (setup, call, teardown); None if there is nothing to say, as of a setup that went well.

    `raised` is the exception, if one ended it.
    """
    if report.passed:
        return Verdict("passed") if report.when == "call" else None
    text = report.longreprtext
    if report.skipped:
        reason = _skip_reason(report)
        if reason.startswith(BLOCKED):
            lost = report.when != "setup" or _WENT in reason
            return Verdict("blocked", "lost" if lost else "absent", reason.removeprefix(BLOCKED))
        return Verdict("skipped", "feature" if any(word in reason for word in _LACKS) else "other", reason)
    reason = _one_line(report, raised)
    if reason.startswith(BLOCKED):
        return Verdict("blocked", "lost", reason.removeprefix(BLOCKED), text)
    return Verdict("failed", _class(report, raised, reason), reason, text)


def _class(report: pytest.TestReport, raised: BaseException | None, reason: str) -> Cause:
    if "Timeout" in reason and "pytest-timeout" in reason:
        return "time-out"
    if reason.startswith(UNWELL):
        return "health"
    if isinstance(raised, LineError):
        return "line"
    if isinstance(raised, TimeoutError):
        return "time-out"
    if report.when == "setup":
        return "bench"
    if isinstance(raised, AssertionError | pytest.fail.Exception):
        return "assertion"
    return "error"


def _one_line(report: pytest.TestReport, raised: BaseException | None) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(crash.message) if crash is not None else str(raised or report.longreprtext)
    told = text.partition("\nassert ")[0]  # a message of the test's own says more than what pytest makes of the values
    return " ".join(told.split()).removeprefix("Failed: ")[:400]


def _skip_reason(report: pytest.TestReport) -> str:
    told = report.longrepr
    text = str(told[2]) if isinstance(told, tuple) else report.longreprtext
    expected = getattr(report, "wasxfail", None)
    return f"expected to fail: {expected}" if expected is not None else text.removeprefix("Skipped: ")
