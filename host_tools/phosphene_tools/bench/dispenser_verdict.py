# SPDX-License-Identifier: Apache-2.0
"""Holds what was told of each dose against what flowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """What the board says of a dose: its outcome, and the volumes that it lies between."""

    outcome: str
    min_ml: Decimal
    max_ml: Decimal


@dataclass(slots=True)
class Dose:
    """One dose. `poured_ml` flowed until its end was first told, `again_ml` when it was asked for again.

    `late_ml` is what flows in the time by which the simulator told the meter's pulses late.
    """

    key: int
    asked_ml: Decimal
    disturbed: str
    poured_ml: float = 0.0
    again_ml: float = 0.0
    late_ml: float = 0.0
    told: list[Told] = field(default_factory=list[Told])


def void(dose: Dose, pulse_ml: float) -> bool:
    """Return whether the bench itself spoilt a dose: its meter told pulses later than one pulse takes.

    A real meter's pulses interrupt the firmware; one that a starved simulator tells late shows nothing about it.
    """
    return dose.late_ml > pulse_ml


def judge(doses: Sequence[Dose], pulse_ml: float, overrun_ml: float) -> dict[str, Any]:
    """The figures of a run without its `void` doses.

    A told volume is exact to less than one pulse of the meter; a range holds as it stands.

    `double`: doses of which something flowed when their key was used again, or more than was
    asked for and `overrun_ml`, which a board that stands still can pour until ENABLE falls; and `late_ml`,
    since no firmware stops a pump by pulses that it was not told.
    `untold`: doses whose volume is not what was told, or of which different things were told.
    `worst_ml_error` is the greatest distance from a told volume, or from a range.
    """
    double = untold = 0
    worst = widest = 0.0
    outcomes: Counter[str] = Counter()
    notes: list[str] = []
    for dose in doses:
        told = dose.told[0] if dose.told else None
        outcomes[told.outcome if told else "nothing"] += 1
        if dose.again_ml > 0 or dose.poured_ml > float(dose.asked_ml) + overrun_ml + dose.late_ml:
            double += 1
            notes.append(f"double: {dose}")
        if told is None:
            untold += 1
            notes.append(f"nothing was told: {dose}")
            continue
        error = max(float(told.min_ml) - dose.poured_ml, dose.poured_ml - float(told.max_ml), 0.0)
        worst = max(worst, error)
        widest = max(widest, float(told.max_ml - told.min_ml))
        allowed = dose.late_ml if told.outcome == "unknown" else pulse_ml
        if error > allowed + 1e-6 or len(set(dose.told)) > 1:
            untold += 1
            notes.append(f"untold: {dose}")
    return {
        "double": double,
        "untold": untold,
        "worst_ml_error": round(worst, 4),
        "pulse_ml": pulse_ml,
        "widest_range_ml": round(widest, 4),
        "worst_late_ml": round(max((dose.late_ml for dose in doses), default=0.0), 4),
        "outcomes": dict(sorted(outcomes.items())),
        "notes": notes[:20],
    }
