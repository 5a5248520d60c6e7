# SPDX-License-Identifier: Apache-2.0
"""Lease, flash pauses and events of a session (PROTOCOL.md, sections 9 to 11)."""

from __future__ import annotations

from phosphene.errors import LinkLost
from phosphene.line.events import Gap, LinkState
from phosphene.line.frame import encode
from phosphene.line.wire import Event, FrameType, Leased
from tests.line.make_vectors import le
from tests.line.model_firmware import EFFECT
from tests.line.test_session_calls import up
from tests.line.wire_log import WireLog, lose


def board_events(log: WireLog) -> list[Event | Gap]:
    return [event for event in log.wired.session.events if isinstance(event, Event | Gap)]


def test_a_renewal_is_answered_and_samples_the_clock() -> None:
    log = up()
    before = log.wired.session.clock.sampled_at
    answers = log.wired.renew(1)
    log.wired.run(0.01)
    (answer,) = answers
    assert isinstance(answer, Leased)
    assert answer.live
    assert answer.left_ms == 400
    assert log.wired.session.clock.sampled_at > before
    assert log.wired.model.leases == [(1, 1, 1)]


def test_renewals_are_numbered_and_a_lost_one_is_repeated_alike() -> None:
    log = up()
    log.to_board = lose(FrameType.LEASE)
    answers = [log.wired.renew(1)]
    log.wired.run(0.1)
    answers.append(log.wired.renew(2))
    log.wired.run(0.1)
    sent = log.of(FrameType.LEASE)
    assert [frame.request for frame in sent] == [1, 1, 2]
    assert sent[0] == sent[1]
    assert all(isinstance(answer[0], Leased) for answer in answers)


def test_an_older_renewal_is_never_sent_after_a_newer_one() -> None:
    log = up()
    log.to_host = lambda _: None
    answers = [log.wired.renew(1)]
    log.wired.run(0.005)
    answers.append(log.wired.renew(2))
    log.wired.run(0.1)
    log.to_host = lambda _: 0.0
    log.wired.run(0.3)
    numbers = [frame.request for frame in log.of(FrameType.LEASE)]
    assert numbers == sorted(numbers)
    assert all(len(answer) == 1 and isinstance(answer[0], Leased) for answer in answers)


def test_a_renewal_without_an_answer_is_lost_in_time() -> None:
    log = up()
    log.wired.frozen = True
    answers = log.wired.renew(1, timeout=0.3)
    assert log.wired.run(0.31, until=lambda: bool(answers))
    assert isinstance(answers[0], LinkLost)


def test_the_newest_renewal_is_sent_in_the_session_after_a_reset() -> None:
    log = up()
    log.wired.renew(7)
    log.wired.run(0.1)
    log.to_host = lambda frame: None if frame.type == FrameType.LEASED else 0.0
    answers = log.wired.renew(8)
    log.to_host = lambda _: 0.0
    log.wired.reset()
    log.wired.run(0.1)
    assert log.wired.model.leases == [(8, 8, 8)]
    assert log.of(FrameType.LEASE)[-1].request == 1
    assert isinstance(answers[0], Leased)


def test_a_pause_is_silence_until_resume() -> None:
    log = up()
    calls = [log.wired.call(EFFECT, b"%d" % n, timeout=5) for n in range(3)]
    log.wired.run()
    log.wired.model.pause(400)
    log.wired.run(0.01)
    assert log.wired.session.state is LinkState.PAUSED
    began = log.wired.now
    calls += [log.wired.call(EFFECT, b"%d" % n, timeout=0.1) for n in range(3, 6)]
    answers = log.wired.renew(1, timeout=0.1)
    log.wired.run(0.3)
    assert [frame.type for at, to_board, frame in log.frames if to_board and at > began] == []
    assert not any(call.outcomes for call in calls[3:])  # no time-out runs
    log.wired.model.resume()
    log.wired.run(0.1)
    assert log.wired.session.state is LinkState.UP
    assert len(log.of(FrameType.PAUSED)) == 1
    assert all(call.outcomes == 1 for call in calls)
    assert answers
    assert log.wired.session.statistics.pauses == 1


def test_every_repeated_pause_is_answered_and_one_that_comes_late_does_not_pause() -> None:
    log = up()
    log.wired.model.pause(400)
    log.wired.run(0.01)
    (pause,) = log.of(FrameType.PAUSE)
    for _ in range(3):
        log.wired.session.receive(encode(*pause), log.wired.now)
        log.wired.run(0.02)
    assert len(log.of(FrameType.PAUSED)) == 4
    log.wired.model.resume()
    log.wired.run(0.01)
    log.wired.session.receive(encode(*pause), log.wired.now)
    log.wired.run(0.01)
    assert log.wired.session.state is LinkState.UP
    assert len(log.of(FrameType.PAUSED)) == 5


def test_a_pause_whose_resume_was_lost_ends_after_twice_its_longest() -> None:
    log = up()
    log.wired.model.pause(100)
    log.wired.run(0.05)
    call = log.wired.call(EFFECT, b"x")
    log.wired.run(0.1)
    assert log.wired.session.state is LinkState.PAUSED
    log.wired.run(0.1)
    assert log.wired.session.state is LinkState.UP
    assert isinstance(call.outcome, bytes)


def test_a_pause_cuts_off_what_has_not_left_and_repeats_it_afterwards() -> None:
    log = up()
    session, now = log.wired.session, log.wired.now
    log.wired.plugged = False  # nothing leaves: the driver's hands are ours
    call = log.wired.call(EFFECT, b"x")
    pause = encode(FrameType.PAUSE, session._shake.session, 77, 0, le(100, 2))
    session.receive(pause, now)
    assert session.out.cut
    paused = encode(FrameType.PAUSED, session._shake.session, 77)
    assert session.out.take() == b"\0" + paused
    session.out.cut = False
    log.wired.plugged = True
    log.wired.run(0.3)
    assert isinstance(call.outcome, bytes)


def test_a_reset_ends_a_pause() -> None:
    log = up()
    log.wired.model.pause(5000)
    log.wired.run(0.01)
    log.wired.reset()
    assert log.wired.run(0.1, until=lambda: log.wired.session.statistics.resets_seen == 1)
    assert log.wired.run(0.1, until=lambda: log.wired.session.state is LinkState.UP)


def test_pause_ids_may_begin_anew_after_a_reset() -> None:
    log = up()
    for _ in range(2):
        log.wired.model.pause(400, pause_id=1)
        log.wired.run(0.01)
        assert log.wired.session.state is LinkState.PAUSED
        log.wired.model.resume()
        log.wired.run(0.01)
        log.wired.reset()
        log.wired.run(0.1)


def test_a_cable_pulled_in_a_pause_is_a_pulled_cable() -> None:
    log = up()
    log.wired.model.pause(60_000)
    log.wired.run(0.01)
    log.wired.unplug()
    assert log.wired.session.state is LinkState.DOWN
    log.wired.plug()
    assert log.wired.run(1, until=lambda: log.wired.session.state is LinkState.UP)


def test_of_the_renewals_that_wait_for_a_pause_only_the_newest_is_sent() -> None:
    log = up()
    log.wired.model.pause(400)
    log.wired.run(0.01)
    answers = [log.wired.renew(tick) for tick in (1, 2, 3)]
    log.wired.model.resume()
    log.wired.run(0.1)
    assert log.wired.model.leases == [(3, 3, 3)]
    assert all(isinstance(answer[0], Leased) for answer in answers)


def test_a_call_whose_grace_was_running_gets_it_again_after_a_pause() -> None:
    log = up()
    log.wired.run(0.1)
    log.to_host = lambda frame: None if frame.type == FrameType.RESULT else 0.0
    call = log.wired.call(EFFECT, b"x", timeout=0.05)
    log.wired.run(0.06)  # its time is up, its grace has begun
    assert not call.outcomes
    log.wired.model.pause(400)
    log.wired.run(0.3)
    log.to_host = lambda _: 0.0
    log.wired.model.resume()
    log.wired.run(0.1)
    assert isinstance(call.outcome, bytes)


def test_holes_in_the_events_are_told() -> None:
    log = up()
    log.to_host = lose(FrameType.EVENT, 2, skip=1)
    for n in range(5):
        log.wired.model.event(5, bytes((n,)), dropped=0 if n < 4 else 3)
        log.wired.run(0.002)
    found = board_events(log)
    assert [event if isinstance(event, Gap) else event.payload for event in found] == [
        b"\0", Gap(2), b"\3", Gap(3), b"\4",
    ]  # fmt: skip
    statistics = log.wired.session.statistics
    assert (statistics.events, statistics.events_missed) == (3, 5)


def test_copies_of_events_are_not_told_twice_and_drop_counters_wrap() -> None:
    log = up()
    for dropped in (0xFFFE, 0xFFFE, 1):
        log.wired.model.event(5, b"", dropped=dropped)
    log.wired.run(0.01)
    for frame in log.of(FrameType.EVENT):
        log.wired.session.receive(encode(*frame), log.wired.now)
    found = board_events(log)
    assert [event.missed for event in found if isinstance(event, Gap)] == [0xFFFE, 3]
    assert [event.seq for event in found if isinstance(event, Event)] == [1, 2, 3]


def test_a_new_session_counts_events_anew() -> None:
    log = up()
    log.wired.model.event(5, b"a")
    log.wired.run(0.01)
    log.wired.reset()
    log.wired.run(0.1)
    log.wired.model.event(5, b"b")
    log.wired.run(0.01)
    assert [event.payload for event in board_events(log) if isinstance(event, Event)] == [b"a", b"b"]
    assert not any(isinstance(event, Gap) for event in board_events(log))


def test_good_frames_with_a_wrong_payload_are_counted_and_cost_nothing() -> None:
    log = up()
    session = log.wired.session._shake.session
    for kind in (FrameType.EVENT, FrameType.LEASED, FrameType.PAUSE, FrameType.GAP, 0xFE):
        log.wired.session.receive(encode(kind, session, 1, 0, b""), log.wired.now)
    log.wired.session.receive(encode(FrameType.WELCOME, 0, 1, 0, b"\1\0"), log.wired.now)
    assert log.wired.session.statistics.malformed == 6
    call = log.wired.call(EFFECT, b"x")
    log.wired.run()
    assert isinstance(call.outcome, bytes)
