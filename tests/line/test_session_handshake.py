# SPDX-License-Identifier: Apache-2.0
"""Hello, sessions, resets, pulled cables and silence (PROTOCOL.md, sections 3 and 4, and what is promised)."""

from __future__ import annotations

import pytest

from phosphene.errors import Late, LinkLost, OutcomeUnknown, VersionMismatch
from phosphene.line.call import Call
from phosphene.line.events import LinkState, StateChange
from phosphene.line.frame import Frame, decode, encode
from phosphene.line.wire import FrameType
from tests.line.model_firmware import ECHO, EFFECT, ModelFirmware, World
from tests.line.test_session_calls import up
from tests.line.wire_log import WireLog, lose
from tests.line.wired import Asked, Wired


def changes(wired: Wired) -> list[StateChange]:
    return [event for event in wired.session.events if isinstance(event, StateChange)]


def is_up(wired: Wired) -> bool:
    return wired.session.state is LinkState.UP


def happened(log: WireLog) -> list[bytes]:
    return [entry[4] for entry in log.wired.world.effects]


def test_a_line_comes_up() -> None:
    log = WireLog()
    assert log.wired.session.state is LinkState.DOWN
    log.wired.plug()
    assert log.wired.session.state is LinkState.CONNECTING
    assert log.wired.run(0.01, until=lambda: is_up(log.wired))
    assert [frame.type for _, _, frame in log.frames] == [0x01, 0x81, 0x02, 0x82]
    assert [change.state for change in changes(log.wired)] == [LinkState.CONNECTING, LinkState.UP]
    hello = log.wired.session.hello
    assert hello is not None
    assert hello.board == "model"
    assert hello.unique_id == b"\1\2"


@pytest.mark.parametrize("kind", [FrameType.HELLO, FrameType.WELCOME, FrameType.OPEN, FrameType.OPENED])
@pytest.mark.parametrize("count", [1, 3])
def test_a_lost_greeting_is_repeated(kind: FrameType, count: int) -> None:
    log = WireLog()
    log.to_board = log.to_host = lose(kind, count)
    log.wired.plug()
    assert log.wired.run(10, until=lambda: is_up(log.wired))
    asked = log.wired.call(ECHO, b"hi")
    log.wired.run()
    assert asked.outcome == b"hi"


def test_a_repeated_open_is_the_same_and_opens_one_session() -> None:
    log = WireLog()
    log.to_host = lose(FrameType.OPENED)
    log.wired.plug()
    log.wired.run(1)
    opens = log.of(FrameType.OPEN)
    assert len(opens) == 2
    assert opens[0] == opens[1]
    assert log.wired.session.statistics.sessions == 1
    assert log.wired.model.old_session == 0


def test_each_hello_has_a_nonce_of_its_own_and_a_copy_of_an_answer_is_ignored() -> None:
    log = WireLog()
    log.to_host = lose(FrameType.WELCOME, 4)
    log.wired.plug()
    assert log.wired.run(5, until=lambda: is_up(log.wired))
    nonces = [frame.request for frame in log.of(FrameType.HELLO)]
    assert len(set(nonces)) == len(nonces) == 5
    welcome = log.of(FrameType.WELCOME)[-1]
    before = log.wired.session.statistics.duplicates
    log.wired.session.receive(encode(*welcome), log.wired.now)
    assert log.wired.session.statistics.duplicates == before + 1
    assert is_up(log.wired)


def test_a_late_welcome_of_an_earlier_boot_changes_nothing() -> None:
    log = up()
    log.wired.reset()
    log.wired.run(1)
    (unasked,) = (frame for frame in log.of(FrameType.WELCOME) if frame.request == 0)
    log.wired.reset()
    log.wired.run(1)
    hello, sessions = log.wired.session.hello, log.wired.session.statistics.sessions
    log.wired.session.receive(encode(*unasked), log.wired.now)
    log.wired.run(1)
    assert log.wired.session.hello is not None
    assert hello is not None
    assert log.wired.session.hello.boot_id == hello.boot_id == log.wired.model.boot_id
    assert log.wired.session.statistics.sessions == sessions


def test_late_copies_of_opened_and_of_answers_of_an_older_session_change_nothing() -> None:
    log = up()
    asked = log.wired.call(ECHO, b"old")
    log.wired.run()
    old = [frame for _, to_board, frame in log.frames if not to_board]
    log.wired.reset()
    log.wired.run(1)
    session = log.wired.session._shake.session
    waiting = log.wired.call(ECHO, b"new")
    for frame in old:
        log.wired.session.receive(encode(*frame), log.wired.now)
    log.wired.run()
    assert waiting.outcome == b"new"
    assert asked.outcomes == 1
    assert log.wired.session._shake.session == session


def test_a_spent_challenge_is_answered_by_a_new_hello() -> None:
    log = WireLog()
    log.wired.plug()
    log.wired.run(0.0012)  # OPEN is on its way
    log.wired.model.challenge += 1
    assert log.wired.run(1, until=lambda: is_up(log.wired))
    assert len(log.of(FrameType.REFUSAL)) == 1
    assert len(log.of(FrameType.HELLO)) == 2


def test_a_session_that_another_boot_opened_is_not_taken() -> None:
    log = WireLog()
    log.to_board = lose(FrameType.OPEN)
    log.wired.plug()
    log.wired.run(0.01)
    (opening,) = log.of(FrameType.OPEN)
    log.wired.session.receive(encode(FrameType.OPENED, 99, opening.request, 0, b"\1\2\3\0"), log.wired.now)
    assert not is_up(log.wired)
    assert log.wired.run(1, until=lambda: is_up(log.wired))
    assert log.wired.session._shake.session == log.wired.model.session != 99


def test_another_major_is_told_by_name_and_cured_by_an_update() -> None:
    log = WireLog(model=ModelFirmware(World(), major=2))
    waiting = log.wired.call(ECHO, b"x")
    log.wired.plug()
    log.wired.run(0.1)
    assert log.wired.session.state is LinkState.MISMATCH
    calls = [waiting, log.wired.call(ECHO, b"y")]
    for call in calls:
        assert isinstance(call.outcome, VersionMismatch)
        assert (call.outcome.host, call.outcome.firmware) == ("1.0", "2.0")
        assert "1.0" in str(call.outcome)
        assert "2.0" in str(call.outcome)
    assert isinstance(log.wired.renew(1)[0], VersionMismatch)
    log.wired.model.major = 1
    log.wired.reset()
    assert log.wired.run(6, until=lambda: is_up(log.wired))


def test_a_reset_is_seen_at_once_by_its_unasked_welcome() -> None:
    log = up()
    log.wired.reset()
    assert log.wired.run(0.02, until=lambda: log.wired.session.statistics.resets_seen == 1)
    assert log.wired.run(0.02, until=lambda: is_up(log.wired))
    assert "reset (pin)" in changes(log.wired)[-1].reason


def test_a_reset_whose_welcome_was_lost_is_seen_by_the_next_call() -> None:
    log = up()
    log.to_host = lose(FrameType.WELCOME)
    log.wired.reset()
    idempotent = log.wired.call(ECHO, b"again", idempotent=True)
    log.wired.run(0.5)
    assert idempotent.outcome == b"again"
    assert len(idempotent.sent or []) == 2
    assert log.wired.session.statistics.resets_seen == 1


def test_a_reset_with_nothing_going_on_is_seen_by_the_heartbeat() -> None:
    log = up()
    log.to_host = lose(FrameType.WELCOME)
    log.wired.reset()
    assert log.wired.run(6, until=lambda: log.wired.session.statistics.resets_seen == 1)


def test_after_a_reset_idempotent_calls_are_repeated_others_unknown_the_unwritten_sent() -> None:
    log = up()
    log.to_host = lambda frame: None if frame.type == FrameType.RESULT else 0.0
    written = [log.wired.call(EFFECT, b"%d" % n, idempotent=n == 3) for n in range(8)]
    unwritten = [log.wired.call(EFFECT, b"%d" % n) for n in range(8, 11)]
    log.wired.run(0.004)
    assert len(log.wired.world.effects) == 8
    log.to_host = lambda _: 0.0
    log.wired.reset()
    log.wired.run(1)
    for n, call in enumerate(written):
        if n == 3:
            assert isinstance(call.outcome, bytes)
        else:
            assert isinstance(call.outcome, OutcomeUnknown)
            assert not call.outcome.executed
            assert (call.outcome.boot_id, call.outcome.session, call.outcome.request) == (call.sent or [()])[0]
            assert "reset (pin)" in str(call.outcome)
    assert all(isinstance(call.outcome, bytes) for call in unwritten)
    assert happened(log)[8:] == [b"3", b"8", b"9", b"10"]


def test_after_a_lost_session_of_the_same_boot_each_call_is_looked_into() -> None:
    """Two of four were executed, their answers lost; two never arrived; one was not written; then the
    session ended. What is sent again keeps its place before what was not written."""
    log = up(model=ModelFirmware(World(), window=4))
    log.to_board = lambda frame: None if frame.type == FrameType.CALL and frame.request > 2 else 0.0
    log.to_host = lambda frame: None if frame.type in (FrameType.RESULT, FrameType.GAP) else 0.0
    calls = [log.wired.call(EFFECT, b"%d" % n) for n in range(4)]
    log.wired.run(0.003)
    assert happened(log) == [b"0", b"1"]
    log.to_board = log.to_host = lambda _: 0.0
    later = log.wired.call(EFFECT, b"later")
    log.wired.model.old_session, log.wired.model.old_high = log.wired.model.session, log.wired.model.high
    log.wired.model.session = 0
    log.wired.run(1)
    for call in calls[:2]:
        assert isinstance(call.outcome, OutcomeUnknown)
        assert call.outcome.executed
        assert "executed" in str(call.outcome)
    for n, call in enumerate(calls[2:], start=2):
        assert isinstance(call.outcome, bytes)
        assert call.outcome[4:] == b"%d" % n
        assert len(call.sent or []) == 2
    assert isinstance(later.outcome, bytes)
    assert len(later.sent or []) == 1
    assert happened(log) == [b"0", b"1", b"2", b"3", b"later"]


def test_a_session_two_sessions_ago_is_unknown() -> None:
    log = up()
    log.to_host = lambda frame: None if frame.type == FrameType.RESULT else 0.0
    call = log.wired.call(EFFECT, b"x")
    log.wired.run(0.003)
    log.wired.model.session = log.wired.model.old_session = 0
    log.to_host = lambda _: 0.0
    log.wired.run(1)
    assert isinstance(call.outcome, OutcomeUnknown)
    assert not call.outcome.executed


def test_a_reset_while_the_board_is_asked_about_lost_calls() -> None:
    log = up()
    log.to_board = lambda frame: None if frame.type == FrameType.CALL else 0.0
    call = log.wired.call(EFFECT, b"x")
    log.wired.run(0.003)
    log.wired.model.old_session, log.wired.model.session = log.wired.model.session, 0
    assert log.wired.run(5, until=lambda: log.wired.session.statistics.sessions == 2)
    assert not call.outcomes
    log.to_board = lambda _: 0.0
    log.wired.reset()
    log.wired.run(1)
    assert isinstance(call.outcome, OutcomeUnknown)
    assert happened(log) == []


def test_a_pulled_cable_ends_nothing() -> None:
    log = up()
    log.to_host = lambda frame: None if frame.type == FrameType.RESULT else 0.0
    call = log.wired.call(EFFECT, b"once", timeout=60)
    log.wired.run(0.005)
    log.to_host = lambda _: 0.0
    log.wired.unplug()
    waiting = log.wired.call(EFFECT, b"waited", timeout=60)
    too_short = log.wired.call(EFFECT, b"too short", timeout=1)
    assert log.wired.session.state is LinkState.DOWN
    log.wired.run(5)
    assert isinstance(too_short.outcome, Late)
    assert len(log.wired.session._calls.waiting) == 1  # it takes no memory any more
    assert "unplugged" in str(too_short.outcome)
    log.wired.plug()
    assert log.wired.run(1, until=lambda: is_up(log.wired))
    log.wired.run(1)
    assert isinstance(call.outcome, bytes)
    assert isinstance(waiting.outcome, bytes)
    assert happened(log) == [b"once", b"waited"]
    assert log.wired.session.statistics.sessions == 1


def test_a_written_call_whose_cable_stays_pulled_is_unknown_when_its_time_is_up() -> None:
    log = up()
    log.to_host = lambda frame: None if frame.type == FrameType.RESULT else 0.0
    call = log.wired.call(EFFECT, b"once", timeout=2)
    log.wired.run(0.005)
    log.wired.unplug()
    assert log.wired.run(3, until=lambda: call.outcomes > 0)
    assert isinstance(call.outcome, OutcomeUnknown)
    assert "unplugged" in str(call.outcome)


def test_silence_is_noticed_and_its_end_too() -> None:
    log = up()
    log.wired.frozen = True
    call = log.wired.call(EFFECT, b"x")
    assert log.wired.run(10, until=lambda: log.wired.session.state is LinkState.CONNECTING)
    assert changes(log.wired)[-1].reason == "the board does not answer"
    log.wired.frozen = False
    assert log.wired.run(1, until=lambda: call.outcomes > 0 and is_up(log.wired))
    assert log.wired.session.statistics.sessions == 1
    assert happened(log) == [b"x"]


def test_a_board_that_goes_into_maintenance_is_told_by_name() -> None:
    log = up()
    log.wired.model.flags = 8
    log.wired.model.send("WELCOME", 0, 0, log.wired.model.hello())  # as the real firmware says it
    log.wired.run(0.1)
    log.wired.frozen = True
    call = log.wired.call(EFFECT, b"x", timeout=3)
    assert log.wired.run(10, until=lambda: call.outcomes > 0)
    assert "in maintenance" in str(call.outcome)


def test_a_long_task_is_not_silence() -> None:
    log = up()
    log.wired.call(EFFECT, b"x", longest=8)
    log.wired.frozen = True
    log.wired.run(7)
    assert is_up(log.wired)


def test_every_hello_and_every_repetition_is_preceded_by_a_zero() -> None:
    wired = Wired()
    session = wired.session
    session.connected(0.0)
    hello = session.out.take()
    assert hello[0] == 0
    assert isinstance(decode(hello[1:-1]), Frame)
    wired.plug()
    wired.run(1)
    wired.plugged = False
    call = Asked(sent=[])
    session.submit(Call(EFFECT, b"", call.settle), wired.now)
    first = session.out.take()
    session.tick(session.wake_at)
    again = session.out.take()
    assert again[0] == 0
    assert again[1:] == first


def test_close_tells_the_firmware_and_everybody_who_waits() -> None:
    log = up()
    log.to_host = lambda frame: None if frame.type == FrameType.RESULT else 0.0
    written = log.wired.call(EFFECT, b"x")
    log.wired.run(0.005)
    waiting = [log.wired.call(EFFECT, bytes(500)) for _ in range(10)]
    log.wired.session.close(log.wired.now, LinkLost("closed"))
    log.wired.run(0.01)
    assert isinstance(written.outcome, OutcomeUnknown)
    assert isinstance(waiting[-1].outcome, LinkLost)
    assert log.wired.session.closed
    assert log.wired.model.session == 0


def test_the_clock_is_sampled_now_and_then() -> None:
    log = up()
    log.wired.run(60)
    assert 8 <= len(log.of(FrameType.HELLO)) <= 13
    truth = (log.wired.now - log.wired.model.booted_at) * 1e6
    clock = log.wired.session.clock
    assert abs(clock.to_mcu(log.wired.now) - truth) <= clock.error_us(log.wired.now) <= 1500
