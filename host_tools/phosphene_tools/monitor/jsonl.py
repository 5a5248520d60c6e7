# SPDX-License-Identifier: Apache-2.0
"""A row as one JSON object on one line, for machines."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from phosphene.line.tap import Direction
from phosphene.line.wire import MORE
from phosphene_tools.monitor.clock import WallClock
from phosphene_tools.monitor.entry import BAD, NOTE, Entry, Grade
from phosphene_tools.monitor.explain import explain
from phosphene_tools.monitor.meaning import Meaning
from phosphene_tools.monitor.values import JsonValue, plain


def as_json(entry: Entry, clock: WallClock, *, with_raw: bool = False) -> str:
    """Return the row as JSON without a line end. `with_raw` adds the bytes of every frame, not of bad ones only."""
    return json.dumps(as_object(entry, clock, with_raw=with_raw), ensure_ascii=False, separators=(",", ":"))


def as_object(entry: Entry, clock: WallClock, *, with_raw: bool = False) -> dict[str, JsonValue]:
    """Return the row's keys; docs/monitor.md lists them."""
    at = datetime.fromtimestamp(clock.seconds(entry.at_ns), UTC)
    found: dict[str, JsonValue] = {
        "time": at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z",
        "monotonic_us": entry.at_ns // 1000,
        "type": entry.type,
    }
    if entry.type == NOTE:
        return found | {"text": entry.text, "grade": entry.grade.name.lower()}
    found["dir"] = "out" if entry.direction is Direction.TO_BOARD else "in"
    if entry.type == BAD:
        found |= {"bad": entry.bad, "text": entry.text}
    else:
        found |= _frame(entry)
    found["bytes"] = len(entry.raw)
    if with_raw or entry.type == BAD:
        found["raw"] = entry.raw.hex()
    if entry.grade >= Grade.TROUBLE:
        found["grade"] = entry.grade.name.lower()
    return found


def _frame(entry: Entry) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"session": entry.session, "request": entry.request}
    if entry.segment:
        found |= {"segment": entry.segment & ~MORE, "more": bool(entry.segment & MORE)}
    if entry.task >= 0:
        found["task"] = entry.task_name
    if entry.latency_ns is not None:
        found["latency_us"] = round(entry.latency_ns / 1000, 1)
    if entry.attempt > 1:
        found["attempt"] = entry.attempt
    return found | _meaning(explain(entry))


def _meaning(meaning: Meaning) -> dict[str, JsonValue]:
    found = dict(meaning.facts)
    if meaning.role:
        found[meaning.role] = {field.name: plain(field, value) for field, value in meaning.values}
    if meaning.text:
        found["text"] = meaning.text
    return found
