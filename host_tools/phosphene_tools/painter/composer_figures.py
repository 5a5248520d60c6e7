# SPDX-License-Identifier: Apache-2.0
"""Figures of the composer on held-out pages, measured by its recipe's evaluation, a part in each process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from phosphene.models import folder
from phosphene.painter.compose import Composer
from phosphene_tools.painter.recipes import recipe_module

# The looks of one scene among which distinct ones are counted.
LOOKS: Final = 64
PARTS: Final = ("validity", "beyond_teacher", "diversity", "context_effect", "in_use")
# What a page, laid out 64 times by us and by the teacher, takes is 40 times a single draw.
_FEWER: Final = {"validity": 1, "beyond_teacher": 8, "diversity": 40, "context_effect": 4, "in_use": 4}


def measure(part: str, pages: int, seed: int) -> dict[str, Any]:
    """Return the keys of one part of `PARTS`; runs in a process of its own."""
    evaluate, composer = recipe_module("composer.evaluate"), _composer()
    count = max(4, pages // _FEWER[part])
    match part:
        case "validity":
            return {"valid_layouts": evaluate.validity(evaluate.first_draw(composer), pages, seed)}
        case "beyond_teacher":
            return {part: evaluate.beyond_teacher(evaluate.first_draw(composer), count, seed)}
        case "diversity":
            return dict(evaluate.diversity(composer, count, seed))
        case "context_effect":
            return {part: evaluate.context_effect(composer, max(count, 12), seed)}
        case _:
            return {"composer": evaluate.in_use(composer, count, seed)}


def joined(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the keys of all parts."""
    return {key: value for part in parts for key, value in part.items()}


@cache
def _composer() -> Composer:
    return Composer.load(folder())
