# SPDX-License-Identifier: Apache-2.0
"""Rows out of frames: who answered whom and when, segments, repeats, holes."""

from __future__ import annotations

import pytest

from phosphene.line.wire import LEASE, LEASED, FrameType
from phosphene_tools.monitor.entry import BAD, Grade
from tests.monitor.spoken import IN, MS, OUT, SESSION, Spoken, counted, dictionary


def test_a_result_has_the_task_and_the_time_of_its_call() -> None:
    line = Spoken()
    line.call(1, "board.clock")
    line.call(2, "board.heap", collect=False)
    (clock,) = line.result(1, "board.clock", time_us=5)
    (heap,) = line.result(2, "board.heap", used=1, free=2)
    assert (clock.task_name, clock.latency_ns) == ("board.clock", 2 * MS)
    assert (heap.task_name, heap.latency_ns) == ("board.heap", 2 * MS)


def test_latency_counts_from_the_first_sending_and_the_retry_is_told() -> None:
    line = Spoken()
    line.call(1, "board.clock")
    (again,) = line.call(1, "board.clock")
    (answer,) = line.result(1, "board.clock", time_us=5)
    (twice,) = line.result(1, "board.clock", time_us=5)
    assert (again.attempt, again.grade) == (2, Grade.TROUBLE)
    assert (answer.attempt, answer.latency_ns, answer.grade) == (1, 2 * MS, Grade.PLAIN)
    assert (twice.attempt, twice.grade) == (2, Grade.TROUBLE)


def test_a_segmented_message_is_whole_on_its_last_row() -> None:
    line = Spoken()
    data = bytes(range(256)) * 2
    rows = line.call(1, "echo.echo", data=data)
    replies = line.result(1, "echo.echo", data=data)
    assert [row.message is None for row in rows] == [True, True, False]
    assert [row.grade for row in rows] == [Grade.DIM, Grade.DIM, Grade.PLAIN]
    assert [row.segments for row in rows] == ["1/…", "2/…", "3/3"]
    assert all(row.task_name == "echo.echo" for row in (*rows, *replies))
    assert replies[-1].message == len(data).to_bytes(2, "little") + data
    assert [row.latency_ns for row in replies] == [None, None, 5 * MS]


def test_a_segment_sent_again_is_a_retry_and_the_message_still_comes_together() -> None:
    line = Spoken()
    first, second = line.call(1, "echo.echo", data=bytes(300))
    again = line.put(OUT, FrameType.CALL, 1, first.raw[10:20], segment=first.segment)
    assert first.attempt == 1
    assert (again.attempt, second.attempt) == (2, 1)


def test_a_reply_whose_call_was_before_our_time_has_no_name_and_no_latency() -> None:
    (row,) = Spoken().result(900, "board.clock", time_us=5)
    assert (row.task, row.task_name, row.latency_ns) == (-1, "", None)


def test_the_same_request_of_another_session_is_another_call() -> None:
    line = Spoken()
    line.call(1, "board.clock")
    line.session = SESSION + 1
    (call,) = line.call(1, "board.heap", collect=True)
    (answer,) = line.result(1, "board.heap", used=1, free=1)
    assert (call.attempt, answer.task_name, answer.latency_ns) == (1, "board.heap", MS)


@pytest.mark.parametrize(
    ("question", "answer", "session"),
    [
        (FrameType.HELLO, FrameType.WELCOME, 0),
        (FrameType.OPEN, FrameType.OPENED, 0),
        (FrameType.OPEN, FrameType.REFUSAL, 0),
        (FrameType.LEASE, FrameType.LEASED, SESSION),
        (FrameType.CLOSE, FrameType.CLOSED, SESSION),
    ],
)
def test_every_question_gets_the_latency_of_its_answer(question: int, answer: int, session: int) -> None:
    line = Spoken()
    line.put(OUT, question, 5, session=session)
    # OPENED carries the session that it opens.
    row = line.put(IN, answer, 5, session=SESSION if answer == FrameType.OPENED else session)
    assert row.latency_ns == MS


def test_the_hosts_answer_to_a_pause_has_its_latency_too_and_a_repeated_pause_is_no_trouble() -> None:
    line = Spoken()
    line.put(IN, FrameType.PAUSE, 3, b"\xc8\x00")
    again = line.put(IN, FrameType.PAUSE, 3, b"\xc8\x00")
    assert again.grade is Grade.PLAIN
    assert line.put(OUT, FrameType.PAUSED, 3).latency_ns == 2 * MS


def test_renewals_are_housekeeping() -> None:
    line = Spoken()
    asked = line.put(OUT, FrameType.LEASE, 1, LEASE.pack(1, 2, 3))
    told = line.put(IN, FrameType.LEASED, 1, LEASED.pack(0, 400, 9))
    assert (asked.grade, told.grade) == (Grade.DIM, Grade.DIM)


def test_holes_in_the_events_are_told() -> None:
    line = Spoken()
    assert line.event(1, "gpio.watch", 0).text == ""
    hole = line.event(4, "gpio.watch", 0)
    assert (hole.grade, hole.text) == (Grade.TROUBLE, "2 lost on the way before it")
    assert line.event(5, "gpio.watch", 0, dropped=7).text == "the board let go of 7"
    assert line.event(6, "gpio.watch", 0, dropped=7).text == ""
    assert line.event(2, "gpio.watch", 0).text == "out of order"
    assert line.event(7, "gpio.watch", 0, dropped=7).text == ""


def test_attaching_in_the_middle_finds_no_hole_before_the_first_event() -> None:
    line = Spoken()
    assert line.event(500, "gpio.watch", 0, dropped=9).text == ""
    # But of a session that began before our eyes, the first event is number 1.
    line.session += 1
    assert line.event(3, "gpio.watch", 0).text == "2 lost on the way before it"


def test_the_drop_counter_wraps() -> None:
    line = Spoken()
    line.event(1, "gpio.watch", 0, dropped=0xFFFF)
    assert line.event(2, "gpio.watch", 0, dropped=1).text == "the board let go of 2"


def test_a_failed_process_and_a_notice_want_to_be_seen() -> None:
    line = Spoken()
    done = line.event(1, "gpio.pulses", 2, b"\4\0\1\3\0")
    failed = line.event(2, "gpio.pulses", 2, b"\4\0\3" + counted("no"))
    notice = line.event(3, "", 3, b"\1" + counted("lost"))
    assert [row.grade for row in (done, failed, notice)] == [Grade.PLAIN, Grade.TROUBLE, Grade.TROUBLE]
    assert notice.task == -1


def test_bad_frames_keep_their_bytes_and_their_reason() -> None:
    row = Spoken().put(IN, FrameType.RESULT, 1, b"abc", spoil=lambda raw: raw[:-4] + b"\x55" + raw[-3:])
    assert (row.type, row.bad, row.grade) == (BAD, "crc", Grade.ERROR)
    assert row.text
    assert row.raw.endswith(b"\0")


def test_an_unknown_type_is_shown_by_its_number() -> None:
    row = Spoken().put(IN, 0x99, 1)
    assert (row.type, row.grade) == ("0x99", Grade.ERROR)


def test_memory_is_bounded_when_nothing_is_ever_answered() -> None:
    line = Spoken()
    for request in range(1, 3000):
        line.call(request, "board.clock")
    assert len(line.trace._asked) == 1024


def test_rows_get_their_names_when_the_dictionary_arrives_later() -> None:
    line = Spoken()
    line.names.dictionary = None
    (row,) = line.call(1, "board.clock")
    assert row.task_name == "task 1"
    line.names.dictionary = dictionary()
    assert row.task_name == "board.clock"
