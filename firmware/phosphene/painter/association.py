# SPDX-License-Identifier: Apache-2.0
"""Whether each value stands nearest its own label: a right number beside another's name is a wrong number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from phosphene.painter.finding import Cure, Finding, Kind
from phosphene.painter.placement import Arrangement, Role
from phosphene.painter.problems import gap


@lru_cache(maxsize=16)
def astray(arrangement: Arrangement) -> tuple[Finding, ...]:
    """Return a finding for each value that another fact's label is nearer to than its own, or as near."""
    return tuple(_astray(arrangement))


def _astray(arrangement: Arrangement) -> Iterator[Finding]:
    labels = [run for run in arrangement.runs if run.role is Role.LABEL]
    for key in dict.fromkeys(label.key for label in labels):
        values = [run for run in arrangement.runs if run.role is Role.VALUE and run.key == key]
        if not values:
            continue
        own = min(gap(value.box, label.box) for value in values for label in labels if label.key == key)
        for label in labels:
            if label.key != key and min(gap(value.box, label.box) for value in values) <= own:
                said = f"the value of {key} stands as near to the label of {label.key} as to its own"
                yield Finding(Kind.LABEL, key, values[0].box, Cure.REPAINT, said)
                break
