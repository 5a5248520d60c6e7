# SPDX-License-Identifier: Apache-2.0
"""The frames of the link itself: hello, sessions, lease, pauses, gaps (PROTOCOL.md, sections 3, 4, 10 and 11)."""

from __future__ import annotations

from typing import Final

from phosphene.line.wire import (
    HELLO,
    LEASE,
    U16,
    U32,
    GapReason,
    Hello,
    HelloFlags,
    Leased,
    LeaseVerdict,
    MalformedMessage,
)
from phosphene_tools.monitor.entry import Entry
from phosphene_tools.monitor.meaning import Meaning, Reader, name_of
from phosphene_tools.monitor.values import printable


def _hello(_entry: Entry, message: bytes) -> Meaning:
    major, minor = HELLO.unpack_from(message)
    return Meaning(head=f"protocol {major}.{minor}", facts={"major": major, "minor": minor})


def _open(_entry: Entry, message: bytes) -> Meaning:
    (challenge,) = U32.unpack(message)
    return Meaning(head=f"challenge {challenge:08x}", facts={"challenge": challenge})


def _lease(_entry: Entry, message: bytes) -> Meaning:
    tick, capture, inferences = LEASE.unpack(message)
    return Meaning(
        head=f"tick {tick}, capture {capture} ms, inferences {inferences}",
        facts={"tick": tick, "capture_ms": capture, "inferences": inferences},
    )


def _welcome(_entry: Entry, message: bytes) -> Meaning:
    hello = Hello.decode(message)
    return Meaning(
        head=describe(hello),
        facts={
            "protocol": f"{hello.major}.{hello.minor}",
            "flags": [flag.name.lower() for flag in HelloFlags if flag in hello.flags and flag.name],
            "boot_id": hello.boot_id,
            "open_session": hello.session,
            "reset_cause": hello.cause,
            "last_fault": hello.last_fault,
            "window": hello.window,
            "rx_budget": hello.rx_budget,
            "max_message": hello.max_message,
            "time_us": hello.time_us,
            "firmware": hello.firmware_hash.hex(),
            "dictionary": hello.dictionary_hash.hex(),
            "board": hello.board,
            "unique_id": hello.unique_id.hex(),
        },
    )


def describe(hello: Hello) -> str:
    """Say in one line who the board is and how it is."""
    words = [f"{printable(hello.board)}, boot {hello.boot_id:08x} after {hello.cause}"]
    words += [flag.name.lower() for flag in HelloFlags if flag in hello.flags and flag.name]
    if hello.last_fault:
        words.append(f"last fault {hello.last_fault}")
    return ", ".join(words)


def _opened(entry: Entry, message: bytes) -> Meaning:
    (boot,) = U32.unpack(message)
    return Meaning(head=f"session {entry.session} of boot {boot:08x}", facts={"boot_id": boot})


def _leased(_entry: Entry, message: bytes) -> Meaning:
    leased = Leased.decode(message)
    verdict = name_of(LeaseVerdict, leased.verdict).lower().replace("_", " ")
    return Meaning(
        head=f"{verdict}, {leased.left_ms} ms left",
        facts={"verdict": verdict, "left_ms": leased.left_ms, "time_us": leased.time_us},
    )


def _pause(_entry: Entry, message: bytes) -> Meaning:
    (longest,) = U16.unpack(message)
    return Meaning(head=f"silence for at most {longest} ms", facts={"longest_ms": longest})


def _gap(entry: Entry, message: bytes) -> Meaning:
    if not message:
        raise MalformedMessage("a gap without its reason")
    reason = name_of(GapReason, message[0]).lower().replace("_", " ")
    return Meaning(head=f"expects #{entry.request}: {reason}", facts={"expected": entry.request, "reason": reason})


READERS: Final[dict[str, Reader]] = {
    "HELLO": _hello,
    "OPEN": _open,
    "LEASE": _lease,
    "WELCOME": _welcome,
    "OPENED": _opened,
    "LEASED": _leased,
    "PAUSE": _pause,
    "GAP": _gap,
}
