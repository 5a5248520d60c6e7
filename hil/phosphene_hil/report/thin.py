# SPDX-License-Identifier: Apache-2.0
"""A record small enough to be kept with the sources: outcomes, figures, versions; no logs, samples or pictures."""

from __future__ import annotations

from phosphene_hil.report.record import Attempt, Case, Run


def thin(run: Run) -> Run:
    """Return it, sealed anew."""
    return run.model_copy(update={"tests": [_thin(case) for case in run.tests]}).sealed()


def _thin(case: Case) -> Case:
    return Case(node=case.node, rig=case.rig, attempts=[_thin_attempt(attempt) for attempt in case.attempts])


def _thin_attempt(attempt: Attempt) -> Attempt:
    measured = [figure.model_copy(update={"samples": []}) for figure in attempt.measured]
    return Attempt(outcome=attempt.outcome, cause=attempt.cause, reason=attempt.reason, measured=measured)
