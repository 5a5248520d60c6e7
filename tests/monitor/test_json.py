# SPDX-License-Identifier: Apache-2.0
"""Rows for machines: one JSON object a line, numbers of any length exact."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from phosphene.line.wire import FrameType
from phosphene_tools.monitor.clock import WallClock
from phosphene_tools.monitor.entry import Entry, Grade, note
from phosphene_tools.monitor.jsonl import as_json
from tests.monitor.spoken import IN, Spoken, counted


def parsed(entry: Entry, *, with_raw: bool = False) -> dict[str, Any]:
    text = as_json(entry, WallClock(), with_raw=with_raw)
    assert "\n" not in text
    return json.loads(text)


def test_a_call_and_its_result() -> None:
    line = Spoken()
    line.call(1, "exact.integer", a=10**30, op="^", b=1)
    line.result(1, "exact.integer", value=7**120, remainder=-1)
    call, result = map(parsed, line.rows)
    assert call["args"] == {"a": "1" + "0" * 30, "op": "^", "b": "1"}
    assert (call["dir"], call["type"], call["task"], call["request"]) == ("out", "CALL", "exact.integer", 1)
    assert result["results"] == {"value": str(7**120), "remainder": "-1"}
    assert result["latency_us"] == 1000.0
    assert datetime.fromisoformat(result["time"]).tzinfo is not None
    assert result["monotonic_us"] - call["monotonic_us"] == 1000


def test_an_integer_beyond_pythons_limit_on_digits() -> None:
    line = Spoken()
    line.call(1, "exact.integer", a=1, op="+", b=1)
    digits = b"9" * 5000
    *_, last = line.message(IN, FrameType.RESULT, 1, len(digits).to_bytes(2, "little") + digits + counted("0"))
    assert parsed(last)["results"]["value"] == "9" * 5000


def test_a_refusal_an_event_a_start_and_a_notice() -> None:
    line = Spoken()
    line.call(1, "gpio.pulses", output="led", count=2, period_ms=10)
    start = parsed(line.put(IN, FrameType.RESULT, 1, b"\4\0"))
    refusal = parsed(line.put(IN, FrameType.REFUSAL, 2, b"\3too high"))
    progress = parsed(line.event(1, "gpio.pulses", 1, b"\4\0\1\0"))
    failed = parsed(line.event(2, "gpio.pulses", 2, b"\4\0\3" + counted("why")))
    notice = parsed(line.event(3, "", 3, b"\1" + counted("gone")))
    edge = parsed(line.event(4, "gpio.watch", 0, counted("button") + b"\1\2\0\0\0"))
    assert start["pid"] == 4
    assert (refusal["refusal"], refusal["code"], refusal["text"]) == ("OUT_OF_RANGE", 3, "too high")
    assert (progress["event"], progress["pid"], progress["progress"]) == ("progress", 4, {"done": 1})
    assert (failed["event"], failed["state"], failed["text"]) == ("finished", "failed", "why")
    assert (edge["event"], edge["values"]) == ("declared", {"input": "button", "level": True, "count": 2})
    assert (notice["event"], notice["notice"], notice["text"]) == ("notice", "lease lost", "gone")


def test_bad_frames_bring_their_bytes_and_others_on_request() -> None:
    line = Spoken()
    good = line.put(IN, FrameType.CLOSED, 1)
    bad = line.put(IN, FrameType.CLOSED, 1, spoil=lambda raw: raw[:-2] + b"\0")
    assert "raw" not in parsed(good)
    assert bytes.fromhex(parsed(good, with_raw=True)["raw"]) == good.raw
    assert bytes.fromhex(parsed(bad)["raw"]) == bad.raw
    assert (parsed(bad)["type"], parsed(bad)["bad"], parsed(bad)["grade"]) == ("BAD", "cobs", "error")


def test_segments_say_which_and_whether_more_follow() -> None:
    line = Spoken()
    first, last = map(parsed, line.call(1, "echo.echo", data=bytes(250)))
    assert (first["segment"], first["more"], "args" in first) == (0, True, False)
    assert (last["segment"], last["more"], last["args"]) == (1, False, {"data": "0x" + "00" * 250})


def test_a_note_is_a_text() -> None:
    line = Spoken()
    told = parsed(note(line.now_ns, line.names, "the line is down", Grade.ERROR))
    assert (told["type"], told["text"], told["grade"]) == ("NOTE", "the line is down", "error")


@given(st.sampled_from(sorted(FrameType)), st.binary(max_size=192), st.integers(0, 255))
def test_any_frame_is_json(type_: int, payload: bytes, segment: int) -> None:
    line = Spoken()
    line.call(5, "gpio.pulses", output="led", count=2, period_ms=10)
    assert parsed(line.put(IN, type_, 5, payload, segment=segment))["bytes"] > 0


def test_the_page_names_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs" / "monitor.md").read_text(encoding="utf-8")
    table = page[page.index("| key | in | meaning |") :]
    named = set(re.findall(r"`([a-z_]+)`", table))
    line = Spoken()
    line.call(1, "gpio.pulses", output="led", count=2, period_ms=10)
    line.call(1, "gpio.pulses", output="led", count=2, period_ms=10)
    line.put(IN, FrameType.RESULT, 1, b"\4\0")
    line.call(2, "echo.echo", data=bytes(300))
    line.result(2, "echo.echo", data=bytes(300))
    line.put(IN, FrameType.REFUSAL, 3, b"\3no")
    line.put(IN, FrameType.RESULT, 4, spoil=lambda raw: raw[:-2] + b"\0")
    line.event(1, "gpio.pulses", 1, b"\4\0\1\0")
    line.event(2, "gpio.pulses", 2, b"\4\0\1\2\0")
    line.event(3, "gpio.watch", 0, counted("button") + b"\1\2\0\0\0")
    line.event(4, "", 3, b"\1" + counted("gone"))
    line.rows.append(note(line.now_ns, line.names, "down"))
    assert {key for entry in line.rows for key in parsed(entry, with_raw=True)} <= named
