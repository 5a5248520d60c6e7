# SPDX-License-Identifier: Apache-2.0
"""Looks at a record that somebody sends: is it whole, of this firmware, signed off, and free of private paths?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from phosphene_hil.report.record import RUNGS, Run

_PRIVATE = re.compile(r"(?:/home/|/Users/|/root/|[A-Z]:\\+Users\\+)[^\s\"'\\]*")
_SIGN = "phosphene hil report RUN.json --sign-off NAME --hardware TEXT"


def problems(run: Run) -> list[str]:
    """Return what is wrong with it, one line for each; none if it can be taken."""
    return [problem for look in _LOOKS for problem in look(run)]


def summary(run: Run) -> str:
    """Return in one line what it is."""
    rigs = ", ".join(f"{name} ({RUNGS[rig.rung]}, {rig.mcu})" for name, rig in run.rigs.items())
    passed = sum(case.outcome == "passed" for case in run.tests)
    figures = sum(len(case.last.measured) for case in run.tests)
    return f"{run.began[:10]}, {rigs}: {passed} of {len(run.tests)} tests passed, {figures} figures"


def _whole(run: Run) -> list[str]:
    if not run.ended:
        return ["the run did not come to its end: it tells what was seen until then, and is no report"]
    if not run.checksum:
        return ["it has no checksum"]
    return ["it was changed after it was written: its checksum is of something else"] * (run.checksum != run.sum())


def _answered(run: Run) -> list[str]:
    found: list[str] = []
    for name, rig in run.rigs.items():
        if not rig.firmware:
            found.append(f"nobody answered on rig {name}")
        elif not run.versions.firmware.startswith(rig.firmware):
            found.append(f"rig {name} ran firmware {rig.firmware}, the sources are {run.versions.firmware[:16]}")
    return found


def _told(run: Run) -> list[str]:
    return [] if any(case.last.measured for case in run.tests) else ["no test told a figure"]


def _signed(run: Run) -> list[str]:
    if all(rig.rung != "board" for rig in run.rigs.values()):
        return []
    missing = [what for what, text in (("who", run.signed_off_by), ("on what", run.hardware)) if not text.strip()]
    return [f"it is of hardware and does not say {' and '.join(missing)}: {_SIGN}"] if missing else []


def _private(run: Run) -> list[str]:
    found = sorted(set(_PRIVATE.findall(run.dump())))
    return [f"it holds a path of somebody's computer: {path}" for path in found[:5]]


_LOOKS: Sequence[Callable[[Run], list[str]]] = (_whole, _answered, _told, _signed, _private)
