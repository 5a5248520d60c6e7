# SPDX-License-Identifier: Apache-2.0
"""What a declaration may say, and what is wrong with one that says something else."""

from __future__ import annotations

import re
from typing import Any

from phosphene.errors import ConfigError
from phosphene.line.schema import Field

KINDS = frozenset(["bool", "u8", "u16", "u32", "u64", "i32", "i64", "choice", "int", "decimal", "text", "bytes"])
FIELD_KEYS = frozenset({"name", "kind", "unit", "min", "max", "choices"})
CHOICES: dict[str, frozenset[str]] = {
    "kind": frozenset({"call", "process"}),
    "privilege": frozenset({"read", "operate", "arm", "maintain"}),
    "exactness": frozenset({"painted", "overlay"}),
    "on_lease_loss": frozenset({"go_on", "stop", "safe"}),
}
TASK_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII)
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"a", "an", "the"})
NUMBERS = frozenset({"u8", "u16", "u32", "u64", "i32", "i64", "int", "decimal"})
FIELD_LISTS = ("args", "results", "progress", "event")
DEFAULTS: dict[str, Any] = {
    "kind": "call",
    "says": [],
    "args": [],
    "results": [],
    "progress": [],
    "event": [],
    "idempotent": False,
    "longest_ms": 10,
    "privilege": "operate",
    "exactness": "painted",
    "on_lease_loss": "stop",
    "writes_per_hour": 0,
    "at_boot": False,
    "help": "",
}


class DeclarationError(ConfigError):
    """A task file declares something that the dictionary can't hold."""


def _check_field(item: Any, key: str, place: str) -> None:
    if not isinstance(item, dict) or not {"name", "kind"} <= item.keys():
        raise DeclarationError(f"{key} holds {item!r}", place=place, cure='write field("seconds", "u32")')
    unknown = sorted(item.keys() - FIELD_KEYS)
    if unknown:
        raise DeclarationError(
            f"field {item['name']!r} has no key {unknown[0]!r}",
            place=place,
            cure=f"use {', '.join(sorted(FIELD_KEYS))}",
        )
    if item["kind"] not in KINDS:
        raise DeclarationError(
            f"field {item['name']!r} is of unknown kind {item['kind']!r}",
            place=place,
            cure=f"use one of {', '.join(sorted(KINDS))}",
        )
    try:
        whole: dict[str, Any] = {**item, "choices": tuple(item.get("choices", ()))}
        Field(**whole)
    except (TypeError, ValueError) as error:
        cure = "name, kind and unit are texts, min and max whole numbers, choices a tuple of texts"
        raise DeclarationError(f"field {item['name']!r}: {error}", place=place, cure=cure) from None


def check(entry: dict[str, Any], process: bool, place: str) -> None:
    """Raise DeclarationError for what is wrong with `entry`. `process`: whether its function yields."""
    unknown = sorted(entry.keys() - DEFAULTS.keys() - {"name", "module", "function"})
    if unknown:
        raise DeclarationError(
            f"{entry['name']} has no key {unknown[0]!r}",
            place=place,
            cure=f"use {', '.join(DEFAULTS)}",
        )
    for key, allowed in CHOICES.items():
        if key in entry and entry[key] not in allowed:
            raise DeclarationError(
                f"{entry['name']}: {key} is {entry[key]!r}",
                place=place,
                cure=f"use one of {', '.join(sorted(allowed))}",
            )
    _check_says_and_help(entry, place)
    for key in FIELD_LISTS:
        for item in _listed(entry, key, place):
            _check_field(item, key, place)
    if process != (entry.get("kind") == "process"):
        raise DeclarationError(
            f"{entry['name']}: a function that yields is a process, one that doesn't is a call",
            place=place,
            cure='say kind="process" and yield, or neither',
        )


def _listed(entry: dict[str, Any], key: str, place: str) -> list[Any]:
    found = entry.get(key, [])
    if isinstance(found, list):
        return found
    written = f'{key}=("…",)' if key == "says" else f"{key}=(field(…),)"
    what = f"{entry['name']}: {key} is no list"
    raise DeclarationError(what, place=place, cure=f"put a comma behind what is alone in it: {written}")


def _check_says_and_help(entry: dict[str, Any], place: str) -> None:
    for phrase in _listed(entry, "says", place):
        if not isinstance(phrase, str) or not words_of(phrase):
            raise DeclarationError(f"{entry['name']}: nobody can say {phrase!r}", place=place, cure="write words")
    if not isinstance(entry.get("help", ""), str):
        raise DeclarationError(f"{entry['name']}: help is no text", place=place, cure="write one sentence")


def words_of(phrase: str) -> tuple[str, ...]:
    """Return the words of a spoken name, without articles: two names with the same words can't be told apart."""
    return tuple(word for word in _WORD.findall(phrase.lower()) if word not in _ARTICLES)
