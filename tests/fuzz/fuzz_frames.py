# SPDX-License-Identifier: Apache-2.0
"""Coverage-guided fuzzing of framing and session, by hand: `python tests/fuzz/fuzz_frames.py -runs=100000`.

The input is what comes from the port, cut where its first bytes say. Whatever it is: the reader
finds the same frames however the bytes are cut, is in step again after a delimiter, and a session
that is up neither raises, nor answers a call that it did not send, nor settles one twice.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "firmware")]

with atheris.instrument_imports(include=["phosphene"]):  # pyright: ignore[reportAttributeAccessIssue]
    from phosphene.errors import LineError
    from phosphene.line.call import Call
    from phosphene.line.frame import Frame, FrameReader, encode
    from phosphene.line.segments import Assembler, split
    from phosphene.line.session import Session
    from phosphene.line.wire import FrameType

from tests.line.make_vectors import HELLO_FIELDS, le, welcome  # noqa: E402

IN_STEP = Frame(0x83, 5, 1, 0, b"\0 in step \0")
SESSION = 77


def up() -> Session:
    """Return a session that is up: nonces count from 1, the session is SESSION."""
    count = 0

    def draw() -> int:
        nonlocal count
        count += 1
        return count

    session = Session(draw=draw)
    session.connected(0.0)
    session.receive(encode(FrameType.WELCOME, 0, 1, 0, welcome(HELLO_FIELDS)), 0.001)
    session.receive(encode(FrameType.OPENED, SESSION, 2, 0, le(HELLO_FIELDS["boot_id"], 4)), 0.002)
    return session


def fuzz_reader(data: bytes, cut: int) -> None:
    whole, pieces = FrameReader(), FrameReader()
    expected = whole.feed(data)
    found = pieces.feed(data[:cut]) + pieces.feed(data[cut:])
    assert [item for item in found if isinstance(item, Frame)] == [i for i in expected if isinstance(i, Frame)]
    assert whole.evidence == pieces.evidence
    assert whole.feed(b"\0" + encode(*IN_STEP))[-1] == IN_STEP


def fuzz_session(data: bytes, cut: int) -> None:
    """Feed the bytes as they are, and once more dressed as frames of the open session."""
    session = up()
    outcomes: list[bytes | LineError] = []
    for number in range(3):
        session.submit(Call(10, bytes((number,)), outcomes.append, expires=5.0), 0.01)
    session.receive(data[:cut], 0.02)
    session.receive(data[cut:], 0.03)
    now = 0.04
    for at in range(0, len(data) - 3, 24):
        kind, request, segment, *payload = data[at : at + 24]
        session.receive(encode(kind, SESSION, request % 8, segment, bytes(payload)), now)
        session.receive(encode(kind, 0, request % 8, segment, bytes(payload)), now)
        now += 0.005
        session.tick(now)
        session.out.take()
    for _ in range(2000):  # with nobody answering, every caller hears within its time and the grace
        if len(outcomes) == 3 and now > 5.0:
            break
        now = max(now, min(session.wake_at, now + 1.0))
        session.tick(now)
        session.out.take()
    assert len(outcomes) == 3, session.state


def fuzz_segments(data: bytes) -> None:
    assembler = Assembler()
    for at in range(0, len(data), 7):
        assembler.add(data[at], data[at + 1 : at + 7])
    pieces = split(data)
    fresh = Assembler()
    assert [fresh.add(*piece) for piece in pieces][-1] == data


def test_one_input(data: bytes) -> None:
    cut = int.from_bytes(data[:2], "little") % (len(data) + 1)
    fuzz_reader(data[2:], cut)
    fuzz_session(data[2:], cut)
    fuzz_segments(data[2:])


def main() -> None:
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
