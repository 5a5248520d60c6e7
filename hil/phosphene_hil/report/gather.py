# SPDX-License-Identifier: Apache-2.0
"""Puts the records of a run's workers together: where several rigs are at work, each worker keeps its own."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest

from phosphene_hil.report.record import Attempt, Case, Run, load


def part(config: pytest.Config, folder: Path) -> Path:
    """Return the folder of this process's own record: `folder`, or in a worker of pytest-xdist one in it.

    A worker that takes the place of one that crashed gets the next name: what that one told stays.
    """
    told: dict[str, object] = getattr(config, "workerinput", {})
    if not told:
        return folder
    name = re.sub(r"[^\w.-]+", "-", str(told["workerid"]))
    again = (folder / (name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(path for path in again if not path.exists())


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


def gathered(run: Run, folder: Path) -> Run:
    """Return `run` with all that the workers' records in `folder` tell. Raises ConfigError: one is no record."""
    whole = run.model_copy(deep=True)
    cases = {(case.node, case.rig): case for case in whole.tests}
    for file in sorted(folder.glob("*/run.json")):
        told = load(file)
        for name, rig in told.rigs.items():
            if name not in whole.rigs or not whole.rigs[name].firmware:
                whole.rigs[name] = rig
        for case in told.tests:
            _add(whole, cases, case, file.parent.name)
    whole.tests.sort(key=lambda case: case.attempts[0].began)
    return whole


def _add(whole: Run, cases: dict[tuple[str, str], Case], case: Case, part: str) -> None:
    attempts = [_moved(attempt, part) for attempt in case.attempts]
    known = cases.get((case.node, case.rig))
    if known is None:
        cases[case.node, case.rig] = case.model_copy(update={"attempts": attempts})
        whole.tests.append(cases[case.node, case.rig])
    else:
        known.attempts = sorted([*known.attempts, *attempts], key=lambda attempt: attempt.began)


def _moved(attempt: Attempt, part: str) -> Attempt:
    """Return it with its files where they lie, as seen from the whole record."""
    pictures = [picture.model_copy(update={"file": f"{part}/{picture.file}"}) for picture in attempt.pictures]
    return attempt.model_copy(update={"log": attempt.log and f"{part}/{attempt.log}", "pictures": pictures})
