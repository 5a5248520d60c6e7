# SPDX-License-Identifier: Apache-2.0
"""From a test's marker to the plan by which its line is damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zlib import crc32

from phosphene.errors import ConfigError
from phosphene.line.faults import FaultPlan
from phosphene_hil.marks import FAULTS


def plan_for(what: object, beside: Path, name: str, seed: int | None) -> FaultPlan:
    """Return the plan that ``phosphene_faults(what)`` means.

    `what` is a share of all frames (0 to 1), or the name of a plan's TOML file `beside` the test. A rate's seed is
    drawn from the test's `name`, so that each test has its own and the same each time; `seed` overrules it, and
    a file's too. Raises ConfigError.
    """
    if isinstance(what, str):
        plan = FaultPlan.load(beside / what)
        return plan if seed is None else replace(plan, seed=seed)
    if isinstance(what, bool) or not isinstance(what, int | float) or not 0 <= what <= 1:
        cure = f'write @pytest.mark.{FAULTS}(0.1) or @pytest.mark.{FAULTS}("plan.toml")'
        raise ConfigError(f"{what!r} is no fault plan", place=name, cure=cure)
    return FaultPlan.uniform(float(what), seed=crc32(name.encode()) if seed is None else seed)
