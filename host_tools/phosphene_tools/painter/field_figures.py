# SPDX-License-Identifier: Apache-2.0
"""Precision, recall and variety of the field as it ships, against fields of the teacher that no training saw."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.field import VIVIDNESS, Family, Field
from phosphene_tools.painter.recipes import recipe_module
from phosphene_tools.painter.spread import Spread, spread

FIELDS: Final = 2000
# No training draws from this seed.
_HELD_OUT: Final = 0x5EED_0F1E

Fields = NDArray[np.float32]


def figures(count: int = FIELDS, *, flow: Field | None = None) -> dict[str, Any]:
    """Return precision, recall and variety, and beside them what the teacher scores against itself."""
    real, again = held_out(count, 0), held_out(count, 1)
    return {
        **measure(real, generated(flow or Field.load(), count)).as_dict(),
        "teacher": measure(real, again).as_dict(),
        "fields": count,
        "features": "the field's 600 numbers, 3 neighbours",
    }


def held_out(count: int, part: int) -> Fields:
    """Return `count` fields of the teacher, [n, 15, 20, 2], each family and vividness equally likely."""
    fields: Fields = recipe_module("field.teacher").draw_any(np.random.default_rng((_HELD_OUT, part)), count)[0]
    return fields


def conditions(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return `count` families and vividnesses, drawn as the teacher draws them."""
    generator = np.random.default_rng((_HELD_OUT, 2))
    return generator.integers(len(Family), size=count), generator.integers(VIVIDNESS, size=count)


def generated(flow: Field, count: int) -> Fields:
    """Return `count` fields that `flow` draws, [n, 15, 20, 2]."""
    asked = zip(*conditions(count), strict=True)
    return np.stack([flow.draw(seed, Family(family), int(vivid)) for seed, (family, vivid) in enumerate(asked)])


def measure(real: Fields, made: Fields) -> Spread:
    """Compare two sets of fields by their plain numbers."""
    return spread(real.reshape(len(real), -1), made.reshape(len(made), -1))
