# SPDX-License-Identifier: Apache-2.0
"""How people put a task's name and its arguments into one sentence, for training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from phosphene.line.schema import Field
from recipes.policy.mishearing import Said

_BEFORE: Final = ("for", "to", "at", "of", "in", "the", "and", "by", "between", "with", "from", "into")


def with_arguments(
    phrase: Sequence[str], arguments: Sequence[tuple[Field, Sequence[str]]], rng: np.random.Generator
) -> list[Said]:
    """Return the phrase and, mostly behind it and in their order, the arguments' words, each with whose it is."""
    name: list[Said] = [(word, "") for word in phrase]
    parts: list[list[Said]] = []
    for argument, words in arguments:
        part: list[Said] = [(word, argument.name) for word in words]
        if rng.random() < 0.25:
            part.insert(0, (_BEFORE[rng.integers(len(_BEFORE))], ""))
        if rng.random() < 0.05:
            part = [*((word, "") for word in argument.name.split("_")[:1]), *part]
        parts.append(part)
    behind = [word for part in parts for word in part]
    kind = rng.random()
    if behind and kind < 0.06:
        return [*behind, *name]
    if behind and kind < 0.12 and len(name) > 1:
        return [*name[:1], *behind, *name[1:]]
    return [*name, *behind]
