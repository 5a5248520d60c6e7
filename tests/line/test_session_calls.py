# SPDX-License-Identifier: Apache-2.0
"""Calls of one session: order, credit, repetition, segments, time-outs (PROTOCOL.md, section 5)."""

from __future__ import annotations

import pytest

from phosphene.errors import BadArgument, Busy, Late, OutcomeUnknown, Refused, TooLarge
from phosphene.line.call import Call
from phosphene.line.events import LinkState
from phosphene.line.segments import wire_size
from phosphene.line.wire import CALL_HEAD, MORE, FrameType, RefusalCode
from tests.line.make_vectors import le
from tests.line.model_firmware import ECHO, EFFECT, REFUSE, REPLY_OF, STORE
from tests.line.wire_log import WireLog, lose
from tests.line.wired import Wired


def up(**keywords: object) -> WireLog:
    log = WireLog(**keywords)
    log.wired.plug()
    assert log.wired.run(1, until=lambda: log.wired.session.state is LinkState.UP)
    log.clear()
    return log


def head(payload: bytes) -> tuple[int, int, int]:
    back, task, deadline = CALL_HEAD.unpack_from(payload)
    return back, task, deadline


def test_calls_are_numbered_from_one_and_answered_in_order() -> None:
    log = up()
    calls = [log.wired.call(ECHO, bytes((n,))) for n in range(5)]
    log.wired.run()
    assert [call.outcome for call in calls] == [bytes((n,)) for n in range(5)]
    assert [frame.request for frame in log.of(FrameType.CALL)] == [1, 2, 3, 4, 5]
    assert [call.sent for call in calls] == [
        [(log.wired.model.boot_id, log.wired.model.session, n)] for n in range(1, 6)
    ]


def test_no_more_than_the_window_is_unanswered() -> None:
    log = up()
    log.to_host = lambda frame: 0.0 if frame.type == FrameType.WELCOME else 0.05
    for n in range(20):
        log.wired.call(ECHO, bytes((n,)))
    log.wired.run(0.004)
    assert len(log.of(FrameType.CALL)) == log.wired.model.window


def test_no_more_than_the_receive_budget_is_unanswered() -> None:
    log = up()
    log.to_host = lambda _: 0.05
    calls = [log.wired.call(STORE, bytes(1000)) for _ in range(8)]
    log.wired.run(0.004)
    assert {frame.request for frame in log.of(FrameType.CALL)} == {1, 2, 3}
    assert 3 * wire_size(1007) <= log.wired.model.rx_budget < 4 * wire_size(1007)
    log.wired.run(5)
    assert all(call.outcomes == 1 for call in calls)


def test_arguments_beyond_the_board_are_refused_here() -> None:
    log = up()
    call = log.wired.call(STORE, bytes(2048 - 6))
    fits = log.wired.call(STORE, bytes(2048 - 7))
    log.wired.run()
    assert isinstance(call.outcome, TooLarge)
    assert "2048" in str(call.outcome)
    assert isinstance(fits.outcome, bytes)
    assert {frame.request for frame in log.of(FrameType.CALL)} == {1}


def test_a_lost_call_is_sent_again_with_an_extra_zero_and_the_same_bytes() -> None:
    log = up()
    log.to_board = lose(FrameType.CALL)
    call = log.wired.call(EFFECT, b"x", timeout=5)
    log.wired.run()
    assert call.outcome == le(1, 4) + b"x"
    first, second = log.of(FrameType.CALL)
    assert first == second
    assert log.wired.session.statistics.retries == 1


def test_only_back_differs_in_a_repetition() -> None:
    log = up()
    log.to_host = lose(FrameType.RESULT, 1, skip=2)  # the answer to id 3
    calls = [log.wired.call(EFFECT, bytes((n,)), timeout=5) for n in range(3)]
    log.wired.run()
    assert all(isinstance(call.outcome, bytes) for call in calls)
    sent = [frame for frame in log.of(FrameType.CALL) if frame.request == 3]
    assert [head(frame.payload)[0] for frame in sent] == [2, 0]
    assert len({frame.payload[1:] for frame in sent}) == 1


def test_a_gap_makes_everything_from_there_be_sent_again_at_once() -> None:
    log = up()
    log.to_board = lose(FrameType.CALL)
    calls = [log.wired.call(EFFECT, bytes((n,))) for n in range(4)]
    log.wired.run(0.008)  # less than any time-out
    assert all(call.outcomes for call in calls)
    assert [frame.request for frame in log.of(FrameType.CALL)] == [1, 2, 3, 4, 1, 2, 3, 4]
    assert len(log.of(FrameType.GAP)) == 1


def test_a_repeated_gap_is_not_followed_twice_within_the_time_out() -> None:
    log = up()
    log.to_board = lose(FrameType.CALL)
    log.wired.call(EFFECT, b"1")
    log.wired.call(EFFECT, b"2")
    log.wired.run(0.0012)
    (gap,) = log.of(FrameType.GAP)
    for _ in range(5):
        log.wired.model.send("GAP", gap.session, gap.request, gap.payload)
    log.wired.run(0.009)
    assert [frame.request for frame in log.of(FrameType.CALL)] == [1, 2, 1, 2]


def test_a_lost_answer_is_asked_for_as_soon_as_a_later_one_comes() -> None:
    log = up()
    log.to_host = lose(FrameType.RESULT)
    calls = [log.wired.call(EFFECT, bytes((n,))) for n in range(3)]
    log.wired.run(0.008)
    assert all(call.outcomes for call in calls)
    assert [frame.request for frame in log.of(FrameType.CALL)] == [1, 2, 3, 1]
    assert len(log.wired.world.effects) == 3


@pytest.mark.parametrize("lost", range(6))
def test_missing_segments_of_a_call_are_filled_by_the_repetition(lost: int) -> None:
    log = up()
    log.to_board = lose(FrameType.CALL, skip=lost)
    args = bytes(range(256)) * 4
    call = log.wired.call(ECHO, args)
    log.wired.run()
    assert call.outcome == args
    assert len([f for f in log.of(FrameType.CALL) if f.segment == lost | (MORE if lost < 5 else 0)]) == 2


@pytest.mark.parametrize("lost", range(6))
def test_missing_segments_of_an_answer_are_filled_by_its_repetition(lost: int) -> None:
    log = up()
    log.to_host = lose(FrameType.RESULT, skip=lost)
    call = log.wired.call(REPLY_OF, le(1100, 4))
    log.wired.run()
    assert call.outcome == bytes(index * 7 & 0xFF for index in range(1100))
    calls = log.of(FrameType.CALL)
    assert [frame.request for frame in calls] == [1, 1]


def test_an_answer_of_which_each_repetition_loses_a_segment_comes_together() -> None:
    log = up()
    seen = 0

    def lose_some(frame: object) -> float | None:
        nonlocal seen
        seen += 1
        return None if seen in (1, 4, 9) else 0.0  # of six segments: one or two a time

    log.to_host = lose_some
    call = log.wired.call(REPLY_OF, le(1100, 4))
    log.wired.run(1)
    assert isinstance(call.outcome, bytes)
    assert len(call.outcome) == 1100
    assert seen == 12  # the third repetition was not needed


def test_no_room_for_the_answer_lowers_the_window_for_a_while() -> None:
    log = up()
    log.wired.model.reply_room = 2 * 1000 + 2048
    calls = [log.wired.call(REPLY_OF, le(1000, 4)) for _ in range(12)]
    log.wired.run(1)
    assert {call.outcome for call in calls} == {bytes(index * 7 & 0xFF for index in range(1000))}
    assert any(frame.payload == b"\x01" for frame in log.of(FrameType.GAP))
    assert len(log.of(FrameType.CALL)) <= 24  # 29 with a window that stays wide


def test_refusals_are_errors_of_their_own() -> None:
    log = up()
    busy = log.wired.call(REFUSE, b"")
    log.wired.run()
    assert isinstance(busy.outcome, Busy)
    assert busy.outcome.code == RefusalCode.BUSY
    assert "busy" in str(busy.outcome)
    assert isinstance(Refused.from_code(2, "text"), BadArgument)
    assert type(Refused.from_code(12, "text")) is Refused


def test_time_that_is_up_before_sending_takes_no_id() -> None:
    log = up()
    log.wired.frozen = True
    stuck = [log.wired.call(ECHO, bytes(400)) for _ in range(8)]
    waits = log.wired.call(EFFECT, b"never", timeout=0.02)
    log.wired.run(0.05)
    assert isinstance(waits.outcome, Late)
    assert "before it was sent" in str(waits.outcome)
    assert waits.sent == []
    log.wired.frozen = False
    after = log.wired.call(ECHO, b"after")
    log.wired.run(2)
    assert all(call.outcomes for call in stuck)
    assert after.outcome == b"after"
    assert after.sent == [(log.wired.model.boot_id, log.wired.model.session, 9)]
    assert log.wired.world.effects == []


@pytest.mark.parametrize("timeout", [0.001, 0.0201, 0.5, 3.0009])
def test_the_deadline_on_the_wire_is_never_later_than_the_callers(timeout: float) -> None:
    log = up()
    log.wired.model.booted_at -= 1234.5678  # it has run for a while
    log.wired.session.clock.restart()
    log.wired.session._shake.ask(log.wired.now)
    log.wired.run(0.1)
    until = log.wired.now + timeout
    log.wired.call(ECHO, b"", timeout=timeout)
    log.wired.run(0.01)
    deadline = head(log.of(FrameType.CALL)[0].payload)[2] * 1e-3
    truth = until - log.wired.model.booted_at
    assert truth - 0.003 - timeout * 0.001 < deadline <= truth


def test_a_call_that_arrives_late_is_refused_by_the_board_and_the_next_is_fine() -> None:
    log = up()
    log.to_board = lambda _: 0.2
    late = log.wired.call(EFFECT, b"late", timeout=0.1)
    fine = log.wired.call(EFFECT, b"fine", timeout=5)
    log.wired.run(2)
    assert isinstance(late.outcome, Late | OutcomeUnknown)
    assert isinstance(fine.outcome, bytes)
    assert [entry[4] for entry in log.wired.world.effects] == [b"fine"]


def test_a_board_that_stands_still_costs_the_callers_their_time_and_a_little_more() -> None:
    log = up()
    log.wired.run(1)
    log.wired.frozen = True
    effect = log.wired.call(EFFECT, b"x", timeout=0.1)
    echo = log.wired.call(ECHO, b"y", timeout=0.1, idempotent=True)
    began = log.wired.now
    assert not log.wired.run(0.099, until=lambda: effect.outcomes > 0)
    assert log.wired.run(2, until=lambda: effect.outcomes > 0 and echo.outcomes > 0)
    assert log.wired.now - began < 1.2
    assert isinstance(effect.outcome, OutcomeUnknown)
    assert (effect.outcome.boot_id, effect.outcome.session, effect.outcome.request) == (effect.sent or [()])[0]
    assert isinstance(echo.outcome, Late)
    # The board wakes up: what it still executes in time counts once, the line goes on.
    log.wired.frozen = False
    after = log.wired.call(EFFECT, b"z", timeout=5)
    log.wired.run(5)
    assert isinstance(after.outcome, bytes)
    assert effect.outcomes == 1
    assert [entry[4] for entry in log.wired.world.effects].count(b"z") == 1


def test_a_caller_that_went_away_is_not_sent_for() -> None:
    wired = Wired()
    call = wired.call(EFFECT, b"x")
    gone = Call(EFFECT, b"gone", lambda _: pytest.fail("told a caller that went away"))
    wired.session.submit(gone, 0.0)
    wired.session.withdraw(gone)
    wired.plug()
    wired.run(1)
    assert isinstance(call.outcome, bytes)
    assert [entry[4] for entry in wired.world.effects] == [b"x"]


def test_slow_tasks_are_not_repeated_before_their_longest_time() -> None:
    log = up()
    log.to_host = lambda _: 0.4
    slow = log.wired.call(ECHO, b"slow", longest=0.5)
    log.wired.run(2)
    assert slow.outcome == b"slow"
    assert len(log.of(FrameType.CALL)) == 1


def test_a_line_that_became_slow_is_not_sent_everything_twice_for_ever() -> None:
    log = up()
    for _ in range(20):
        log.wired.call(ECHO, b"quick")
        log.wired.run(0.01)
    assert log.wired.session.statistics.retries == 0
    log.to_board = log.to_host = lambda _: 0.03
    for _ in range(20):
        slow = log.wired.call(ECHO, b"slow", timeout=5)
        assert log.wired.run(2, until=lambda call=slow: call.outcomes > 0)
        log.wired.run(0.2)
    retries = log.wired.session.statistics.retries
    assert retries < 12
    log.wired.call(ECHO, b"slow", timeout=5)
    log.wired.run(0.2)
    assert log.wired.session.statistics.retries == retries
