# SPDX-License-Identifier: Apache-2.0
"""The promise under a bad wire: never twice, never a wrong answer, never silence without an end.

The faults are those of the shipped injector; the peer is the model of PROTOCOL.md; time is simulated.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phosphene.errors import OutcomeUnknown
from phosphene.line.events import LinkState
from phosphene.line.faults import KINDS, FaultInjector, FaultPlan, FaultRates
from phosphene.line.segments import wire_size
from phosphene.line.tap import Direction
from phosphene.line.wire import CALL_HEAD
from tests.line.make_vectors import le
from tests.line.model_firmware import ECHO, EFFECT, REPLY_OF, STORE
from tests.line.wired import Asked, Wired, straight

SLOW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def faulty(plan: FaultPlan, **keywords: object) -> tuple[Wired, FaultInjector]:
    injector = FaultInjector(plan)
    wired = Wired(
        seed=plan.seed,
        to_board=lambda frame: injector.apply(Direction.TO_BOARD, frame),
        to_host=lambda frame: injector.apply(Direction.TO_HOST, frame),
    )
    return wired, injector


def check(wired: Wired, asked: list[tuple[bytes, Asked]]) -> None:
    """Every caller heard once; every answer is its own; nothing happened twice."""
    happened = Counter(args for _, _, _, _, args in wired.world.effects)
    for args, call in asked:
        assert call.outcomes == 1, f"{args!r} was never told, or told twice"
        if isinstance(call.outcome, bytes):
            assert call.outcome[4:] == args
            assert happened[args] == 1
        else:
            assert isinstance(call.outcome, OutcomeUnknown), call.outcome
        assert happened[args] <= 1


@SLOW
@given(st.integers(0, 2**32), st.floats(0.05, 0.5), st.booleans())
def test_no_double_effect_no_wrong_reply_no_hang(seed: int, rate: float, pipelined: bool) -> None:
    wired, _ = faulty(FaultPlan.uniform(rate, seed=seed))
    wired.plug()
    assert wired.run(30, until=lambda: wired.session.state is LinkState.UP)
    asked: list[tuple[bytes, Asked]] = []
    for index in range(30):
        args = b"call %d" % index + bytes(index * 17)
        asked.append((args, call := wired.call(EFFECT, args)))
        if not pipelined:
            assert wired.run(60, until=lambda call=call: call.outcomes > 0)
    assert wired.run(120, until=lambda: all(call.outcomes for _, call in asked))
    check(wired, asked)
    assert all(isinstance(call.outcome, bytes) for _, call in asked)  # without a reset every outcome is known
    assert [args for _, _, _, _, args in wired.world.effects] == [args for args, _ in asked]  # and in order


@SLOW
@given(st.integers(0, 2**32), st.floats(0.02, 0.3))
def test_late_copies_and_delays_that_reorder(seed: int, rate: float) -> None:
    rates = FaultRates({"duplicate": rate, "delay": rate}, delay_ms=(1, 300), duplicate_ms=(1, 800))
    wired, _ = faulty(FaultPlan(seed=seed, reorder=True, to_board=rates, to_host=rates))
    wired.plug()
    assert wired.run(30, until=lambda: wired.session.state is LinkState.UP)
    asked = [(args := b"call %d" % index, wired.call(EFFECT, args)) for index in range(40)]
    assert wired.run(60, until=lambda: all(call.outcomes for _, call in asked))
    check(wired, asked)


@SLOW
@given(st.integers(0, 2**32), st.lists(st.floats(0.0, 2.0), min_size=1, max_size=6), st.booleans())
def test_resets_and_pulled_cables_in_between(seed: int, times: list[float], late_copies: bool) -> None:
    rates = FaultRates(dict.fromkeys(KINDS, 0.03), duplicate_ms=(0, 500 if late_copies else 0))
    wired, _ = faulty(FaultPlan(seed=seed, to_board=rates, to_host=rates))
    wired.plug()
    asked: list[tuple[bytes, Asked]] = []
    for index, wait in enumerate(sorted(times)):
        for number in range(8):
            args = b"call %d of %d" % (number, index)
            asked.append((args, wired.call(EFFECT, args)))
        wired.run(wait / 10)
        if index % 3 == 2:
            wired.unplug()
            wired.run(wait)
            wired.plug()
        else:
            wired.reset()
    assert wired.run(120, until=lambda: all(call.outcomes for _, call in asked))
    check(wired, asked)


@SLOW
@given(st.integers(0, 2**32), st.sampled_from(["before", "after"]), st.integers(0, 9))
def test_a_reset_just_before_or_after_an_effect(seed: int, when: str, which: int) -> None:
    wired, _ = faulty(FaultPlan.uniform(0.1, seed=seed))
    hits = 0

    def maybe() -> None:
        nonlocal hits
        hits += 1
        if hits == which + 1:
            wired.model.reset(wired.now)

    if when == "before":
        wired.model.before_effect = maybe
    else:
        wired.model.after_effect = maybe
    wired.plug()
    asked = [(args := b"call %d" % index, wired.call(EFFECT, args)) for index in range(10)]
    assert wired.run(120, until=lambda: all(call.outcomes for _, call in asked))
    check(wired, asked)
    # What was in flight beside it may be unknown too, but never more than the window.
    unknown = [call for _, call in asked if isinstance(call.outcome, OutcomeUnknown)]
    assert 1 <= len(unknown) <= wired.model.window


class OneFault:
    """Hurts the first frame that is long enough, once armed."""

    def __init__(self, kind: str, at: int) -> None:
        self.kind, self.at = kind, at
        self.armed = False

    def __call__(self, frame: bytes) -> list[tuple[float, bytes]]:
        if not self.armed or len(frame) <= self.at:
            return straight(frame)
        self.armed = False
        return straight(injure(self.kind, frame, self.at))


@pytest.mark.parametrize("to_board", [True, False])
@pytest.mark.parametrize("kind", ["drop", "flip", "insert", "truncate", "split"])
def test_one_fault_at_every_byte_offset(kind: str, to_board: bool) -> None:
    """One frame of a call or of its answer is hurt at each of its bytes in turn."""
    args = b"\0\1\2\0" + b"x" * 20
    for at in range(wire_size(CALL_HEAD.size + len(args) + 1)):
        fault = OneFault(kind, at)
        wired = Wired(to_board=fault) if to_board else Wired(to_host=fault)
        wired.plug()
        assert wired.run(5, until=lambda wired=wired: wired.session.state is LinkState.UP)
        fault.armed = True
        calls = [(args + bytes((n,)), wired.call(EFFECT, args + bytes((n,)))) for n in range(3)]
        assert wired.run(10, until=lambda calls=calls: all(call.outcomes for _, call in calls))
        check(wired, calls)
        assert [entry[4] for entry in wired.world.effects] == [data for data, _ in calls]
        if to_board:
            assert not fault.armed


def injure(kind: str, frame: bytes, at: int) -> bytes:
    if kind == "drop":
        return b""
    if kind == "flip":
        return frame[:at] + bytes((frame[at] ^ 0x20,)) + frame[at + 1 :]
    if kind == "insert":
        return frame[:at] + b"\x77" + frame[at:]
    if kind == "split":
        return frame[:at] + b"\0" + frame[at:]
    return frame[:at]


@SLOW
@given(st.integers(0, 2**32), st.integers(1, 2000), st.integers(0, 2000))
def test_long_messages_both_ways_under_faults(seed: int, there: int, back: int) -> None:
    wired, _ = faulty(FaultPlan.uniform(0.15, seed=seed))
    wired.plug()
    args = wired.model.random.randbytes(there)
    stored = [wired.call(STORE, args) for _ in range(3)]
    fetched = [wired.call(REPLY_OF, le(back, 4), idempotent=True) for _ in range(3)]
    echoed = wired.call(ECHO, args)
    assert wired.run(120, until=lambda: all(call.outcomes for call in (*stored, *fetched, echoed)))
    assert all(call.outcome == stored[0].outcome for call in stored)
    assert {call.outcome for call in fetched} == {bytes(index * 7 & 0xFF for index in range(back))}
    assert echoed.outcome == args


@SLOW
@given(st.integers(0, 2**32))
def test_little_room_for_replies(seed: int) -> None:
    """A board that keeps little more than one long reply sends GAPs for want of room; all get through."""
    wired, _ = faulty(FaultPlan.uniform(0.1, seed=seed))
    wired.model.reply_room = 3000
    wired.plug()
    calls = [wired.call(REPLY_OF, le(900, 4)) for _ in range(20)]
    assert wired.run(120, until=lambda: all(call.outcomes for call in calls))
    assert {call.outcome for call in calls} == {bytes(index * 7 & 0xFF for index in range(900))}
