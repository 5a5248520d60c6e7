# SPDX-License-Identifier: Apache-2.0
"""What a device remembers to save time is bounded: it runs for months."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import phosphene

KIND = type(functools.lru_cache(len))
AS_MANY_AS_THERE_ARE = {"wave"}
"""Of chimes: each is made once."""


def caches() -> Iterator[tuple[str, Any]]:
    for module in pkgutil.walk_packages(phosphene.__path__, "phosphene."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, KIND) and value.__module__ == module.name:
                yield name, value


def test_no_cache_grows_for_ever() -> None:
    found = dict(caches())
    assert len(found) > 10
    unbounded = {
        name
        for name, cache in found.items()
        if cache.cache_parameters()["maxsize"] is None and inspect.signature(cache).parameters
    }
    assert unbounded == AS_MANY_AS_THERE_ARE
