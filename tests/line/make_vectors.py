# SPDX-License-Identifier: Apache-2.0
"""Makes `firmware/coprocessor/vectors.json`: golden bytes, written straight from PROTOCOL.md.

It shares no code with either end: a COBS that walks byte by byte, `zlib.crc32`, and `int.to_bytes`.
Run it by hand when the protocol changes; the tests of both ends read the file.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[2] / "firmware" / "coprocessor" / "vectors.json"

TYPES = {
    "HELLO": 0x01,
    "OPEN": 0x02,
    "CALL": 0x03,
    "LEASE": 0x04,
    "PAUSED": 0x05,
    "CLOSE": 0x06,
    "WELCOME": 0x81,
    "OPENED": 0x82,
    "RESULT": 0x83,
    "REFUSAL": 0x84,
    "EVENT": 0x85,
    "LEASED": 0x86,
    "PAUSE": 0x87,
    "RESUME": 0x88,
    "GAP": 0x89,
    "CLOSED": 0x8A,
}


def le(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little", signed=value < 0)


def cobs(data: bytes) -> bytes:
    out = bytearray([0])
    mark = 0
    for index, byte in enumerate(data):
        if byte:
            out.append(byte)
        if byte == 0 or (len(out) - mark == 255 and index + 1 < len(data)):
            out[mark] = len(out) - mark
            mark = len(out)
            out.append(0)
    out[mark] = len(out) - mark
    return bytes(out)


def body(type_: int, session: int, request: int, segment: int, payload: bytes, version: int = 1) -> bytes:
    head = le(version, 1) + le(type_, 1) + le(session, 4) + le(request, 4) + le(segment, 1)
    return head + payload + le(zlib.crc32(head + payload), 4)


def wire(*args: Any, **keywords: Any) -> bytes:
    return cobs(body(*args, **keywords)) + b"\0"


def cobs_vectors() -> list[dict[str, str]]:
    run = bytes(range(1, 256))
    cases = {
        "nothing": b"",
        "one zero": b"\0",
        "two zeros": b"\0\0",
        "nine zeros": bytes(9),
        "zero in the middle": b"\x11\x22\0\x33",
        "zeros around": b"\0\x11\0",
        "no zero": b"\x11\x22\x33\x44",
        "zero at the end": b"\x11\0\0\0",
        "253 without a zero": run[:253],
        "253 and a zero": run[:253] + b"\0",
        "254 without a zero": run[:254],
        "a zero and 254": b"\0" + run[:254],
        "254 and a zero": run[:254] + b"\0",
        "254 and two zeros": run[:254] + b"\0\0",
        "255 without a zero": run[:255],
        "254, a zero and one": run[:254] + b"\0\x01",
        "508 without a zero": run[:254] + run[:254],
        "509 without a zero": run[:254] + run[:254] + b"\x07",
    }
    return [{"name": name, "plain": plain.hex(), "encoded": cobs(plain).hex()} for name, plain in cases.items()]


def cobs_malformed() -> list[dict[str, str]]:
    return [
        {"name": "a block cut short", "encoded": "0511"},
        {"name": "a full block cut short", "encoded": "ff1122"},
        {"name": "a code and nothing behind it", "encoded": "02"},
        {"name": "a zero inside", "encoded": "0311000122"},
    ]


def welcome(fields: dict[str, Any]) -> bytes:
    sizes = {
        "major": 1, "minor": 1, "flags": 2, "boot_id": 4, "challenge": 4, "session": 4, "reset_cause": 1, "window": 1,
        "rx_budget": 2, "max_message": 2, "last_fault": 2, "time_us": 8,
    }  # fmt: skip
    data = b"".join(le(fields[name], size) for name, size in sizes.items())
    data += bytes.fromhex(fields["firmware_hash"]) + bytes.fromhex(fields["dictionary_hash"])
    data += le(int(fields["dictionary_length"]), 4)
    board, unique = fields["board"].encode(), bytes.fromhex(fields["unique_id"])
    return data + le(len(board), 1) + board + le(len(unique), 1) + unique


HELLO_FIELDS: dict[str, Any] = {
    "major": 1,
    "minor": 0,
    "flags": 0x0005,
    "boot_id": 0x1BADB002,
    "challenge": 0x0C0FFEE0,
    "session": 0,
    "reset_cause": 3,
    "window": 8,
    "rx_budget": 4096,
    "max_message": 2048,
    "last_fault": 7,
    "time_us": 0x0123456789,
    "firmware_hash": "0011223344556677",
    "dictionary_hash": "8899aabbccddeeff",
    "dictionary_length": 12345,
    "board": "pico2 µ",
    "unique_id": "e66058388300ff00",
}


def frame_vectors() -> list[dict[str, Any]]:
    session, boot, top = 0x2A00FF01, HELLO_FIELDS["boot_id"], (1 << 30) - 1
    call = {"back": 3, "task": 12, "deadline_ms": 0xFFFFFFFE, "args": "0102030000ff"}
    call_payload = le(3, 1) + le(12, 2) + le(0xFFFFFFFE, 4) + bytes.fromhex("0102030000ff")
    text = "its time was up: 5 ms, µ"
    lease = {"tick": 1, "capture_ms": 0x01020304, "inferences": 0xFFFFFFFF}
    event: dict[str, Any] = {"dropped": 0xFFFF, "task": 5, "time_us": 0x00FFEEDDCCBB, "what": 1, "fields": "0700aabb"}
    event_payload = le(0xFFFF, 2) + le(5, 2) + le(event["time_us"], 8) + le(1, 1) + bytes.fromhex("0700aabb")
    leased = {"verdict": 0, "left_ms": 480, "time_us": 1234567890123}
    longest = bytes(value & 0xFF for value in range(192))
    cases: list[tuple[str, str, int, int, int, bytes, dict[str, Any]]] = [
        ("hello", "HELLO", 0, 0x12345678, 0, le(1, 1) + le(0, 1), {"major": 1, "minor": 0}),
        ("open", "OPEN", 0, 7, 0, le(0x0C0FFEE0, 4), {"challenge": 0x0C0FFEE0}),
        ("call", "CALL", session, 1, 0, call_payload, call),
        ("call without arguments", "CALL", session, top, 0, le(0, 1) + le(1, 2) + le(0, 4),
         {"back": 0, "task": 1, "deadline_ms": 0, "args": ""}),
        ("lease", "LEASE", session, 2, 0, le(1, 4) + le(0x01020304, 4) + le(0xFFFFFFFF, 4), lease),
        ("paused", "PAUSED", session, 9, 0, b"", {}),
        ("close", "CLOSE", session, 11, 0, b"", {}),
        ("welcome, asked", "WELCOME", 0, 0x12345678, 0, welcome(HELLO_FIELDS), HELLO_FIELDS),
        ("welcome, unasked", "WELCOME", 0, 0, 0, welcome(HELLO_FIELDS), HELLO_FIELDS),
        ("opened", "OPENED", session, 7, 0, le(boot, 4), {"boot_id": boot}),
        ("result", "RESULT", session, 1, 0, bytes.fromhex("00ff00"), {"results": "00ff00"}),
        ("result, empty", "RESULT", session, 2, 0, b"", {"results": ""}),
        ("result, a full frame", "RESULT", session, 3, 0, longest, {"results": longest.hex()}),
        ("refusal", "REFUSAL", session, 4, 0, le(4, 1) + text.encode(), {"code": 4, "text": text}),
        ("refusal, no session", "REFUSAL", 5, 6, 0, le(10, 1) + b"no", {"code": 10, "text": "no"}),
        ("event", "EVENT", session, 1, 0, event_payload, event),
        ("leased", "LEASED", session, 2, 0, le(0, 1) + le(480, 2) + le(leased["time_us"], 8), leased),
        ("pause", "PAUSE", session, 9, 0, le(400, 2), {"longest_ms": 400}),
        ("resume", "RESUME", session, 9, 0, b"", {}),
        ("gap", "GAP", session, 3, 0, le(1, 1), {"reason": 1}),
        ("closed", "CLOSED", session, 11, 0, b"", {}),
        ("call, first of two segments", "CALL", session, 5, 0x80, longest, {}),
        ("call, second of two segments", "CALL", session, 5, 1, b"\x05", {}),
    ]  # fmt: skip
    return [
        {
            "name": name,
            "type": TYPES[type_],
            "session": session_,
            "request": request,
            "segment": segment,
            "payload": payload.hex(),
            "fields": fields,
            "wire": wire(TYPES[type_], session_, request, segment, payload).hex(),
        }
        for name, type_, session_, request, segment, payload, fields in cases
    ]


def malformed() -> list[dict[str, str]]:
    good = body(TYPES["RESULT"], 5, 6, 0, b"abc")
    flipped = good[:12] + bytes((good[12] ^ 0x10,)) + good[13:]
    stuffed = cobs(good)
    longest = body(TYPES["RESULT"], 5, 6, 0, bytes(193))
    cases: list[tuple[str, str, bytes]] = [
        ("a bit of the payload flipped", "crc", cobs(flipped) + b"\0"),
        ("the CRC in the wrong byte order", "crc", cobs(good[:-4] + good[:-5:-1]) + b"\0"),
        ("the last byte missing", "cobs", stuffed[:-1] + b"\0"),
        ("a block code too large", "cobs", bytes((0xF0,)) + stuffed[1:] + b"\0"),
        ("only a CRC", "short", cobs(le(zlib.crc32(b""), 4)) + b"\0"),
        ("a header cut short, its CRC right", "short", cobs(good[:10] + le(zlib.crc32(good[:10]), 4)) + b"\0"),
        ("one byte", "short", b"\x01\0"),
        ("193 bytes of payload", "too_long", cobs(longest) + b"\0"),
        ("a thousand bytes without a delimiter", "too_long", b"\x55" * 1000 + b"\0"),
        ("another major", "version", wire(TYPES["RESULT"], 5, 6, 0, b"abc", version=2)),
        ("a session of 2**30", "header", wire(TYPES["RESULT"], 1 << 30, 6, 0, b"abc")),
        ("a request of 2**30", "header", wire(TYPES["RESULT"], 5, 1 << 30, 0, b"abc")),
    ]
    return [{"name": name, "reason": reason, "wire": data.hex()} for name, reason, data in cases]


def streams() -> list[dict[str, Any]]:
    one, two = wire(TYPES["RESULT"], 5, 6, 0, b"one"), wire(TYPES["RESULT"], 5, 7, 0, b"two")
    other_welcome = wire(TYPES["WELCOME"], 0, 1, 0, welcome({**HELLO_FIELDS, "major": 2}), version=2)
    other_hello = wire(TYPES["HELLO"], 0, 1, 0, le(2, 1) + le(0, 1), version=2)
    return [
        {"name": "two frames", "wire": (one + two).hex(), "requests": [6, 7], "bad": 0},
        {"name": "empty frames are ignored", "wire": (b"\0\0" + one + b"\0\0\0" + two).hex(), "requests": [6, 7],
         "bad": 0},
        {"name": "the tail of a frame first", "wire": (one[5:] + two).hex(), "requests": [7], "bad": 1},
        {"name": "noise ended by the zero of a retransmission", "wire": (b"\x31\x41\x59\0" + one).hex(),
         "requests": [6], "bad": 1},
        {"name": "noise glued to a frame", "wire": (b"\x31\x41\x59" + one + two).hex(), "requests": [7], "bad": 1},
        {"name": "a lost delimiter takes both", "wire": (one[:-1] + two + one).hex(), "requests": [6], "bad": 1},
        {"name": "too long, then fine", "wire": (b"\x55" * 300 + b"\0" + one).hex(), "requests": [6], "bad": 1},
        {"name": "hello and welcome of another major are read", "wire": (other_welcome + other_hello).hex(),
         "requests": [1, 1], "bad": 0},
    ]  # fmt: skip


def segment_vectors() -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []
    for length in (0, 1, 192, 193, 384, 385, 1000):
        message = bytes(index * 7 & 0xFF for index in range(length))
        pieces = [message[at : at + 192] for at in range(0, max(1, length), 192)]
        last = len(pieces) - 1
        segments = [{"segment": i | (0x80 if i < last else 0), "length": len(piece)} for i, piece in enumerate(pieces)]
        result.append({"length": length, "crc32": zlib.crc32(message), "segments": segments})
    return result


def counted(data: bytes) -> bytes:
    return le(len(data), 2) + data


def argument_vectors() -> list[dict[str, Any]]:
    integers = {"u8": (1, 0, 255), "u16": (2, 0, 65535), "u32": (4, 0, 2**32 - 1), "u64": (8, 0, 2**64 - 1),
                "i32": (4, -(2**31), 2**31 - 1), "i64": (8, -(2**63), 2**63 - 1)}  # fmt: skip
    result: list[dict[str, Any]] = [
        {"kind": "bool", "value": False, "bytes": "00"},
        {"kind": "bool", "value": True, "bytes": "01"},
        {"kind": "choice", "choices": ["a", "b", "c"], "value": "a", "bytes": "00"},
        {"kind": "choice", "choices": ["a", "b", "c"], "value": "c", "bytes": "02"},
    ]
    for kind, (size, low, high) in integers.items():
        edges = {low, high, 0, 1, high // 3} | ({-1} if low else set[int]())
        result += [{"kind": kind, "value": value, "bytes": le(value, size).hex()} for value in sorted(edges)]
    for kind, values in {
        "int": ("0", "-1", "42", "-" + "9" * 40),
        "decimal": ("0", "1.50", "-0.001", "123456789.000000001"),
    }.items():
        result += [{"kind": kind, "value": value, "bytes": counted(value.encode()).hex()} for value in values]
    result += [
        {"kind": "text", "value": value, "bytes": counted(value.encode()).hex()} for value in ("", "tea", "µ–Ω", "a\0b")
    ]
    result += [
        {"kind": "bytes", "value": value.hex(), "bytes": counted(value).hex()}
        for value in (b"", b"\0", bytes(range(256)))
    ]
    return result


def malformed_arguments() -> list[dict[str, Any]]:
    return [
        {"name": "bool of 2", "kind": "bool", "bytes": "02"},
        {"name": "choice beyond the last", "kind": "choice", "choices": ["a", "b"], "bytes": "02"},
        {"name": "u32 cut short", "kind": "u32", "bytes": "010203"},
        {"name": "u8 missing", "kind": "u8", "bytes": ""},
        {"name": "bytes left over", "kind": "u8", "bytes": "0102"},
        {"name": "length beyond the end", "kind": "bytes", "bytes": "0500aa"},
        {"name": "length cut short", "kind": "text", "bytes": "05"},
        {"name": "not UTF-8", "kind": "text", "bytes": counted(b"\xff\xfe").hex()},
        {"name": "int without digits", "kind": "int", "bytes": counted(b"-").hex()},
        {"name": "int with a plus", "kind": "int", "bytes": counted(b"+1").hex()},
        {"name": "int with a space", "kind": "int", "bytes": counted(b" 1").hex()},
        {"name": "empty int", "kind": "int", "bytes": counted(b"").hex()},
        {"name": "decimal with two points", "kind": "decimal", "bytes": counted(b"1.2.3").hex()},
        {"name": "decimal that begins with a point", "kind": "decimal", "bytes": counted(b".5").hex()},
        {"name": "decimal that ends with a point", "kind": "decimal", "bytes": counted(b"5.").hex()},
        {"name": "decimal with an exponent", "kind": "decimal", "bytes": counted(b"1e3").hex()},
    ]


def vectors() -> dict[str, Any]:
    return {
        "about": [
            "Golden bytes of PROTOCOL.md for both ends' tests. Bytes are hex. Made by tests/line/make_vectors.py.",
            "cobs: any length (frames need up to 207). cobs_malformed: no encoder makes them.",
            "frames: fields are the payload's, as PROTOCOL.md names them; byte strings in hex, texts as texts.",
            "malformed: dropped and counted, for the reason given. version: dropped unless HELLO or WELCOME.",
            "streams: requests of the frames found, and how many stretches between delimiters were bad.",
            "segments: of a message whose byte i is 7*i modulo 256.",
            "arguments: one value alone. malformed_arguments: a BAD_ARGUMENT each.",
        ],
        "cobs": cobs_vectors(),
        "cobs_malformed": cobs_malformed(),
        "frames": frame_vectors(),
        "malformed": malformed(),
        "streams": streams(),
        "segments": segment_vectors(),
        "arguments": argument_vectors(),
        "malformed_arguments": malformed_arguments(),
    }


def as_text() -> str:
    """Return the file's text: one vector a line, so that a change shows as a change of one line."""
    parts: list[str] = []
    for key, entries in vectors().items():
        lines = ",\n".join(f"    {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
        parts.append(f'  "{key}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    VECTORS.write_text(as_text(), encoding="utf-8")
