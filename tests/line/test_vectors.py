# SPDX-License-Identifier: Apache-2.0
"""The host's codec against the golden bytes that the firmware's tests read too."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from phosphene.line import cobs, segments
from phosphene.line.frame import Frame, FrameError, FrameReader, decode, encode
from phosphene.line.wire import CALL_HEAD, LEASE, LEASED, Event, FrameType, Hello, Leased
from tests.line import make_vectors

VECTORS: dict[str, Any] = json.loads(make_vectors.VECTORS.read_text(encoding="utf-8"))


def named(key: str) -> list[Any]:
    return [pytest.param(entry, id=str(entry.get("name", index))) for index, entry in enumerate(VECTORS[key])]


def test_the_file_is_what_its_generator_makes() -> None:
    assert make_vectors.VECTORS.read_text(encoding="utf-8") == make_vectors.as_text()


@pytest.mark.parametrize("vector", named("cobs"))
def test_cobs(vector: dict[str, str]) -> None:
    plain, encoded = bytes.fromhex(vector["plain"]), bytes.fromhex(vector["encoded"])
    assert cobs.encode(plain) == encoded
    assert cobs.decode(encoded) == plain


@pytest.mark.parametrize("vector", named("cobs_malformed"))
def test_malformed_cobs(vector: dict[str, str]) -> None:
    with pytest.raises(cobs.CobsError):
        cobs.decode(bytes.fromhex(vector["encoded"]))


@pytest.mark.parametrize("vector", named("frames"))
def test_frames(vector: dict[str, Any]) -> None:
    wire, payload = bytes.fromhex(vector["wire"]), bytes.fromhex(vector["payload"])
    frame = Frame(vector["type"], vector["session"], vector["request"], vector["segment"], payload)
    assert encode(*frame) == wire
    assert decode(wire[:-1]) == frame
    assert len(wire) == segments.wire_size(len(payload))


def fields_of(type_: int) -> list[tuple[dict[str, Any], bytes, int]]:
    return [
        (vector["fields"], bytes.fromhex(vector["payload"]), vector["request"])
        for vector in VECTORS["frames"]
        if vector["type"] == type_ and vector["fields"]
    ]


def test_welcome_fields() -> None:
    for fields, payload, _ in fields_of(FrameType.WELCOME):
        hello = Hello.decode(payload)
        for name, value in fields.items():
            found = getattr(hello, name)
            assert (found.hex() if isinstance(found, bytes) else found) == value
        assert hello.cause == "watchdog"


def test_other_fields() -> None:
    for fields, payload, _ in fields_of(FrameType.CALL):
        assert CALL_HEAD.unpack_from(payload) == (fields["back"], fields["task"], fields["deadline_ms"])
    for fields, payload, _ in fields_of(FrameType.LEASE):
        assert LEASE.unpack(payload) == tuple(fields.values())
    for fields, payload, _ in fields_of(FrameType.LEASED):
        assert LEASED.unpack(payload) == tuple(fields.values())
        assert Leased.decode(payload).live
    for fields, payload, request in fields_of(FrameType.EVENT):
        event = Event.decode(request, payload)
        assert (event.dropped, event.task, event.time_us, event.what) == tuple(fields.values())[:4]
        assert event.payload.hex() == fields["fields"]


@pytest.mark.parametrize("vector", named("malformed"))
def test_malformed_frames_are_dropped_for_their_reason(vector: dict[str, str]) -> None:
    (found,) = FrameReader().feed(bytes.fromhex(vector["wire"]))
    assert isinstance(found, FrameError)
    assert found.kind == vector["reason"]


@pytest.mark.parametrize("vector", named("streams"))
def test_streams(vector: dict[str, Any]) -> None:
    reader = FrameReader()
    found = reader.feed(bytes.fromhex(vector["wire"]))
    assert [item.request for item in found if isinstance(item, Frame)] == vector["requests"]
    assert reader.evidence.bad_frames == vector["bad"]


@pytest.mark.parametrize("vector", named("segments"))
def test_segments(vector: dict[str, Any]) -> None:
    message = bytes(index * 7 & 0xFF for index in range(vector["length"]))
    assert zlib.crc32(message) == vector["crc32"]
    pieces = segments.split(message)
    assert [{"segment": segment, "length": len(payload)} for segment, payload in pieces] == vector["segments"]
