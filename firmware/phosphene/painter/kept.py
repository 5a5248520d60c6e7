# SPDX-License-Identifier: Apache-2.0
"""Things that are made of an owner once, and live as long as it does: glyph tables and prototypes of an atlas."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

_Owner = TypeVar("_Owner", bound=Hashable)
_Key = TypeVar("_Key", bound=Hashable)
_Made = TypeVar("_Made")


class Kept(Generic[_Owner, _Key, _Made]):
    """What was made of each owner, by key. The owner is held weakly, so what is made of it must not hold it."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[_Owner, dict[_Key, _Made]] = WeakKeyDictionary()

    def get(self, owner: _Owner, key: _Key, make: Callable[[], _Made]) -> _Made:
        """Return what stands for `key`; `make` is called the first time."""
        made = self._made.setdefault(owner, {})
        if key not in made:
            made[key] = make()
        return made[key]

    def __len__(self) -> int:
        """Return how many owners are alive."""
        return len(self._made)
