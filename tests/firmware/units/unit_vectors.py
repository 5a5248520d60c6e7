# SPDX-License-Identifier: Apache-2.0
"""The firmware against the golden bytes that the host's tests read too."""

import gc
import json
import os
from array import array
from binascii import hexlify, unhexlify

import cobs
import codec
import frame
from clock import Clock
from counters import Counters
from memory_port import MemoryPort
from refusal import Refusal


def vectors(part):
    with open(os.getenv("PHOSPHENE_VECTORS") or "vectors.json") as file:
        chosen = json.load(file)[part]
    gc.collect()
    return chosen


def received(wire):
    """Requests of the good frames in a stream, and how many were bad."""
    port, counters = MemoryPort(piece=50), Counters()
    reader = frame.Reader(port, counters)
    port.waiting = wire
    requests = []
    while reader.fill():
        while reader.next():
            requests.append(reader.head[frame.REQUEST])
    return requests, counters


def test_cobs():
    for vector in vectors("cobs"):
        plain = unhexlify(vector["plain"])
        wire = bytearray(len(plain) + len(plain) // 254 + 3)
        n = cobs.encode(plain, len(plain), wire)
        assert hexlify(bytes(wire[: n - 1])).decode() == vector["encoded"], vector["name"]


def test_cobs_malformed():
    for vector in vectors("cobs_malformed"):
        wire = unhexlify(vector["encoded"]) + b"\0"
        state, out = array("i", bytearray(4 * cobs.SLOTS)), bytearray(1000)
        state[cobs.END] = len(wire)
        assert cobs.decode(state, wire, out, 1000)
        assert state[cobs.FAULT] or state[cobs.OUT] == 0, vector["name"]


def test_frames_are_written_as_they_should_be():
    for vector in vectors("frames"):
        port = MemoryPort()
        writer = frame.Writer(port, Counters(), Clock())
        payload = unhexlify(vector["payload"])
        head = [vector[key] for key in ("type", "session", "request", "segment")]
        assert writer.send(head[0], head[1], head[2], head[3], payload, 0, len(payload))
        assert hexlify(port.sent).decode() == vector["wire"], vector["name"]


def test_frames_are_read_as_they_should_be():
    for vector in vectors("frames"):
        port, counters = MemoryPort(), Counters()
        reader = frame.Reader(port, counters)
        port.waiting = unhexlify(vector["wire"])
        assert reader.fill()
        assert reader.next(), vector["name"]
        head = reader.head
        assert head[frame.TYPE] == vector["type"], vector["name"]
        assert head[frame.SESSION] == vector["session"], vector["name"]
        assert head[frame.REQUEST] == vector["request"], vector["name"]
        segment = head[frame.SEGMENT] | head[frame.MORE] << 7
        assert segment == vector["segment"], vector["name"]
        payload = reader.body[frame.HEADER : frame.HEADER + head[frame.LENGTH]]
        assert hexlify(bytes(payload)).decode() == vector["payload"], vector["name"]


def test_malformed_frames_are_dropped_for_the_reason():
    for vector in vectors("malformed"):
        requests, counters = received(unhexlify(vector["wire"]))
        if vector["reason"] == "version":  # read, since HELLO is answered in every major
            assert len(requests) == 1, vector["name"]
            continue
        assert requests == [], vector["name"]
        counts = {
            "crc": counters.crc_errors,
            "too_long": counters.too_long,
        }
        assert counts.get(vector["reason"], counters.cobs_errors) == 1, vector["name"]


def test_streams():
    for vector in vectors("streams"):
        requests, counters = received(unhexlify(vector["wire"]))
        assert requests == vector["requests"], vector["name"]
        bad = counters.crc_errors + counters.cobs_errors + counters.too_long
        assert bad == vector["bad"], vector["name"]


def field(vector):
    declared = {"name": "value", "kind": vector["kind"]}
    if "choices" in vector:
        declared["choices"] = vector["choices"]
    return codec.Field(declared)


def in_python(vector):
    value = vector["value"]
    if vector["kind"] == "bytes":
        return unhexlify(value)
    return int(value) if vector["kind"] == "int" else value


def test_arguments():
    for vector in vectors("arguments"):
        raw = unhexlify(vector["bytes"])
        out = []
        codec.decode((field(vector),), raw, memoryview(raw), 0, len(raw), out)
        assert out[0] == in_python(vector), vector
        buf = bytearray(len(raw))
        assert codec.encode((field(vector),), out, buf, 0, len(buf)) == len(raw)
        assert bytes(buf) == raw, vector


def test_malformed_arguments_are_refused():
    for vector in vectors("malformed_arguments"):
        raw = unhexlify(vector["bytes"])
        try:
            codec.decode((field(vector),), raw, memoryview(raw), 0, len(raw), [])
        except Refusal as refusal:
            assert refusal.code in (2, 3), vector["name"]
            assert refusal.text
        else:
            raise AssertionError(vector["name"])


def test_a_result_that_does_not_fit_is_refused():
    fields = (codec.Field({"name": "a", "kind": "u32"}), codec.Field({"name": "b", "kind": "bytes"}))
    buf = bytearray(20)
    assert codec.encode(fields, (1, b"0123456789abcd"), buf, 0, 20) == 20
    for limit in range(20):
        try:
            codec.encode(fields, (1, b"0123456789abcd"), buf, 0, limit)
        except Refusal as refusal:
            assert refusal.code == 9
        else:
            raise AssertionError(limit)
