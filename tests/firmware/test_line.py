# SPDX-License-Identifier: Apache-2.0
"""The real firmware against PROTOCOL.md, frame by frame: order, retries, refusals, sessions."""

from __future__ import annotations

import random
import struct
import time

import pytest

from phosphene.line.frame import encode
from phosphene.line.wire import CALL_HEAD, FrameType, RefusalCode
from phosphene_tools.sim.board import SimBoard
from tests.firmware.stranger import TASKS, Stranger, at_a_board, text, words


def word(value: int) -> bytes:
    return struct.pack("<IB", value, 24)


def test_a_repeated_call_is_answered_again_and_executed_once() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        for _ in range(5):
            line.call(1, "gpio.shift_out", word(0xABC))
        answers = line.frames()
        assert [(f.type, f.request) for f in answers] == [(FrameType.RESULT, 1)] * 5
        assert words(board) == [0xABC]

    at_a_board(test)


def test_a_call_before_its_turn_is_dropped_and_the_gap_is_named() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.call(3, "gpio.shift_out", word(3))
        line.call(2, "gpio.shift_out", word(2))
        gap = line.one(FrameType.GAP)
        assert (gap.request, gap.payload) == (1, b"\x00")
        for number in (1, 2, 3):
            line.call(number, "gpio.shift_out", word(number))
            assert line.result(number) == b""
        assert words(board) == [1, 2, 3]

    at_a_board(test)


def test_a_reply_that_was_let_go_is_an_unknown_outcome() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.call(1, "gpio.shift_out", word(1))
        line.result(1)
        line.call(2, "gpio.shift_out", word(2), back=0)  # 0: the host has read the first reply
        line.result(2)
        line.call(1, "gpio.shift_out", word(1))
        assert line.refusal(1)[0] == RefusalCode.OUTCOME_UNKNOWN
        assert words(board) == [1, 2]

    at_a_board(test)


def test_wanted_replies_are_kept_and_a_call_without_room_waits() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        data = text(bytes(1000))
        done = 0
        for number in range(1, 20):
            line.call(number, "echo.echo", data, back=number - 1)
            frame = line.one()
            if frame.type == FrameType.GAP:
                assert (frame.request, frame.payload) == (number, b"\x01")
                break
            assert line.frames(0.05)[-1].segment == 5
            done = number
        assert 3 <= done < 12, "the ring of replies holds a few kilobytes"
        for number in range(1, done + 1):  # each of them can still be had
            line.call(number, "echo.echo", data, back=number - 1)
            assert line.result(number) == data
        line.call(done + 1, "echo.echo", data, back=0)
        assert line.result(done + 1) == data

    at_a_board(test)


def test_segments_in_any_order_and_number_make_one_call() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        data = bytes(range(256)) * 4
        message = CALL_HEAD.pack(0, TASKS["echo.echo"], 0) + text(data)
        frames = line.segments(1, message)
        shuffled = frames * 2
        random.Random(1).shuffle(shuffled)
        for frame in shuffled[:-1]:
            line.raw(frame)
        line.raw(frames[-1])
        assert line.result(1) == text(data)

    at_a_board(test)


def test_a_message_that_is_too_long_is_refused_and_the_next_one_runs() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.call(1, "echo.echo", text(bytes(3000)))
        code, why = line.refusal(1)
        assert code == RefusalCode.TOO_LARGE
        assert "2048" in why
        line.frames()
        line.call(2, "echo.echo", text(b"still here"))
        assert line.result(2) == text(b"still here")

    at_a_board(test)


@pytest.mark.parametrize(
    ("task", "args", "code", "says"),
    [
        (999, b"", RefusalCode.UNKNOWN_TASK, "999"),
        ("echo.echo", b"", RefusalCode.BAD_ARGUMENT, "data"),
        ("echo.echo", text(b"x") + b"?", RefusalCode.BAD_ARGUMENT, "left over"),
        ("echo.echo", b"\xff\xff", RefusalCode.BAD_ARGUMENT, "data"),
        ("exact.decimal", text("1,5") + b"\0" + text("1") + b"\0", RefusalCode.BAD_ARGUMENT, "a:"),
        ("exact.decimal", text("1") + b"\7" + text("1") + b"\0", RefusalCode.OUT_OF_RANGE, "op"),
        ("exact.decimal", text("1") + b"\3" + text("0") + b"\0", RefusalCode.REFUSED, "zero"),
        ("exact.integer", text("9" * 65) + b"\0" + text("1"), RefusalCode.OUT_OF_RANGE, "a "),
        ("exact.integer", text("9") + b"\4" + text("9" * 60), RefusalCode.REFUSED, "digits"),
        ("gpio.write", text("nothing") + b"\1", RefusalCode.REFUSED, "led"),
        ("gpio.write", text("fan") + b"\1", RefusalCode.FORBIDDEN, "lease"),
        ("gpio.write", text("pump") + b"\1", RefusalCode.FORBIDDEN, "arm"),
        ("gpio.write", text("led") + b"\2", RefusalCode.OUT_OF_RANGE, "level"),
        ("gpio.pulses", text("led") + struct.pack("<HH", 0, 10), RefusalCode.OUT_OF_RANGE, "count"),
        ("board.arm", text(bytes(32)), RefusalCode.FORBIDDEN, "nonce"),
        ("board.process", struct.pack("<H", 4711), RefusalCode.REFUSED, "4711"),
    ],
)
def test_what_is_wrong_with_a_call_is_told(
    boards_line: Stranger, task: str | int, args: bytes, code: int, says: str
) -> None:
    line = boards_line
    line.open()
    line.call(1, task, args)
    answered, why = line.refusal(1)
    assert answered == code, why
    assert says in why
    line.call(2, "echo.echo", text(b"and on"))
    assert line.result(2) == text(b"and on")


def test_a_call_whose_time_is_up_is_refused_and_takes_its_id() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.call(1, "gpio.shift_out", word(1), deadline=max(1, line.now_ms - 1))
        assert line.refusal(1)[0] == RefusalCode.LATE
        line.call(2, "gpio.shift_out", word(2), deadline=line.now_ms + 60_000)
        line.result(2)
        assert words(board) == [2]

    at_a_board(test)


def test_sessions_are_the_firmwares_to_give() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        first, challenge = line.session, line.challenge
        line.send(FrameType.OPEN, 5, struct.pack("<I", challenge), session=0)  # a late copy of ours
        assert line.one(FrameType.OPENED).session == first
        line.send(FrameType.OPEN, 6, struct.pack("<I", challenge), session=0)  # somebody else's
        assert line.refusal(6)[0] == RefusalCode.STALE
        line.call(1, "gpio.shift_out", word(1))
        line.result(1)
        line.open(nonce=9)
        assert line.session != first
        line.send(FrameType.CALL, 2, CALL_HEAD.pack(0, TASKS["gpio.shift_out"], 0) + word(9), session=first)
        assert line.refusal(2)[0] == RefusalCode.NO_SESSION
        line.call(1, "board.outcome", struct.pack("<II", first, 1))
        assert line.result(1)[0] == 1  # executed
        line.call(2, "board.outcome", struct.pack("<II", first, 2))
        assert line.result(2)[0] == 0  # never
        line.call(3, "board.outcome", struct.pack("<II", 12345, 1))
        assert line.result(3)[0] == 2  # unknown
        assert words(board) == [1]

    at_a_board(test)


def test_a_closed_session_takes_no_calls() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.send(FrameType.CLOSE, 1)
        assert line.one(FrameType.CLOSED).request == 1
        line.call(1, "gpio.shift_out", word(1))
        assert line.refusal(1)[0] == RefusalCode.NO_SESSION
        assert words(board) == []

    at_a_board(test)


def test_a_pause_is_asked_for_and_ended_around_writing_flash() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.call(1, "board.label", text("bench 3"))
        line.result(1)
        pause = line.one(FrameType.PAUSE)
        assert struct.unpack("<H", pause.payload)[0] >= 100
        again = line.one(FrameType.PAUSE)
        assert again.request == pause.request
        line.send(FrameType.PAUSED, pause.request)
        assert line.one(FrameType.RESUME).request == pause.request
        assert line.one(FrameType.EVENT).payload[12] == 2  # finished
        line.call(2, "board.read_label")
        assert line.result(2) == text("bench 3")

    at_a_board(test)


def test_two_that_write_flash_take_turns() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.call(1, "board.label", text("first"))
        line.call(2, "board.label", text("second"))
        ids: list[tuple[int, int]] = []
        while len(ids) < 4:
            frame = line.one()
            if frame.type == FrameType.PAUSE and (FrameType.PAUSE, frame.request) not in ids:
                ids.append((FrameType.PAUSE, frame.request))
                line.send(FrameType.PAUSED, frame.request)
            elif frame.type == FrameType.RESUME:
                ids.append((FrameType.RESUME, frame.request))
        first, second = ids[0][1], ids[2][1]
        assert first != second
        assert ids == [
            (FrameType.PAUSE, first),
            (FrameType.RESUME, first),
            (FrameType.PAUSE, second),
            (FrameType.RESUME, second),
        ]

    at_a_board(test)


def test_a_pause_that_nobody_answers_does_not_last() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        line.call(1, "board.label", text("x"))
        line.result(1)
        began = time.monotonic()
        line.one(FrameType.RESUME)
        assert time.monotonic() - began < 2

    at_a_board(test)


def test_another_major_is_answered_to_hello_only() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        def in_major_2(frame: bytes) -> bytes:
            from binascii import crc32

            from phosphene.line import cobs

            body = b"\x02" + cobs.decode(frame[:-1])[1:-4]
            return cobs.encode(body + struct.pack("<I", crc32(body))) + b"\0"

        line.raw(in_major_2(encode(FrameType.HELLO, 0, 3, 0, b"\x02\x00")))
        welcome = line.one(FrameType.WELCOME)
        assert (welcome.request, welcome.payload[0]) == (3, 1)
        call = CALL_HEAD.pack(0, TASKS["gpio.shift_out"], 0) + word(1)
        line.raw(in_major_2(encode(FrameType.CALL, line.session, 1, 0, call)))
        assert line.frames() == []
        assert words(board) == []

    at_a_board(test)


def test_random_bytes_lose_nothing() -> None:
    def test(board: SimBoard, line: Stranger) -> None:
        noise = random.Random(5)
        for number in range(1, 60):
            line.raw(noise.randbytes(noise.randint(1, 400)) + b"\0")
            line.call(number, "gpio.shift_out", word(number))
            line.result(number)
        assert words(board) == list(range(1, 60))
        line.call(60, "board.statistics")
        counts = struct.unpack("<15I", line.result(60))
        assert sum(counts[2:5]) > 50, "the noise was seen and counted"

    at_a_board(test)
