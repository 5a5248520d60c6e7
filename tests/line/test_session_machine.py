# SPDX-License-Identifier: Apache-2.0
"""A state machine that does anything to a line, in any order, and checks the promise after every step."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from phosphene.errors import Late, OutcomeUnknown
from phosphene.line.events import Event, Gap, LinkState
from phosphene.line.faults import KINDS, FaultInjector, FaultPlan, FaultRates
from phosphene.line.tap import Direction
from tests.line.model_firmware import EFFECT
from tests.line.wired import Asked, Wired


class LineMachine(RuleBasedStateMachine):
    """Calls, time, resets, pulled cables, lost sessions, frozen boards, pauses, and noise."""

    @initialize(seed=st.integers(0, 2**16), rate=st.sampled_from([0.0, 0.02, 0.08]))
    def begin(self, seed: int, rate: float) -> None:
        rates = FaultRates(dict.fromkeys(KINDS, rate), duplicate_ms=(0, 200))
        injector = FaultInjector(FaultPlan(seed=seed, to_board=rates, to_host=rates))
        self.wired = Wired(
            seed=seed,
            to_board=lambda frame: injector.apply(Direction.TO_BOARD, frame),
            to_host=lambda frame: injector.apply(Direction.TO_HOST, frame),
        )
        self.calls: list[tuple[bytes, Asked, bool]] = []
        self.told = Counter[bytes]()
        self.resets = 0

    @rule(count=st.integers(1, 12), timeout=st.sampled_from([0.01, 0.3, 5.0, float("inf")]), repeatable=st.booleans())
    def call(self, count: int, timeout: float, repeatable: bool) -> None:
        for _ in range(count):
            args = b"%d" % len(self.calls)
            self.calls.append((args, self.wired.call(EFFECT, args, timeout=timeout, idempotent=repeatable), repeatable))

    @rule(seconds=st.sampled_from([0.0003, 0.0011, 0.02, 0.4, 6.0]))
    def wait(self, seconds: float) -> None:
        self.wired.run(seconds)

    @precondition(lambda self: not self.wired.plugged)
    @rule()
    def plug(self) -> None:
        self.wired.plug()

    @precondition(lambda self: self.wired.plugged)
    @rule()
    def unplug(self) -> None:
        self.wired.unplug()

    @rule()
    def reset(self) -> None:
        self.wired.reset()

    @rule()
    def lose_the_session(self) -> None:
        model = self.wired.model
        if model.session:
            model.old_session, model.old_high, model.session = model.session, model.high, 0

    @rule()
    def freeze_or_thaw(self) -> None:
        self.wired.frozen = not self.wired.frozen

    @precondition(lambda self: self.wired.model.session)
    @rule(longest_ms=st.sampled_from([0, 50, 400]), resume=st.booleans())
    def pause(self, longest_ms: int, resume: bool) -> None:
        self.wired.model.pause(longest_ms)
        if resume:
            self.wired.run(0.03)
            self.wired.model.resume()

    @precondition(lambda self: self.wired.model.session)
    @rule()
    def event(self) -> None:
        self.wired.model.event(5, b"event")

    @rule(noise=st.binary(max_size=60))
    def noise(self, noise: bytes) -> None:
        self.wired.session.receive(noise, self.wired.now)

    @rule(tick=st.integers(0, 1000))
    def renew(self, tick: int) -> None:
        self.wired.renew(tick)

    @invariant()
    def nothing_twice_and_nothing_wrong(self) -> None:
        if not hasattr(self, "wired"):
            return
        happened = Counter(args for _, _, _, _, args in self.wired.world.effects)
        for args, call, repeatable in self.calls:
            assert call.outcomes <= 1
            assert repeatable or happened[args] <= 1
            if isinstance(call.outcome, bytes):
                assert call.outcome[4:] == args
                assert happened[args] >= 1
            elif isinstance(call.outcome, Late) and not repeatable:
                assert not happened[args]
        missed = sum(event.missed for event in self.wired.session.events if isinstance(event, Gap))
        assert missed == self.wired.session.statistics.events_missed
        seen = [event.payload for event in self.wired.session.events if isinstance(event, Event)]
        assert all(payload == b"event" for payload in seen)

    def teardown(self) -> None:
        """Whatever happened: with board and cable back, the line comes up and everybody hears."""
        if not hasattr(self, "wired"):
            return
        self.wired.frozen = False
        if not self.wired.plugged:
            self.wired.plug()
        assert self.wired.run(120, until=lambda: all(call.outcomes for _, call, _ in self.calls))
        assert self.wired.run(60, until=lambda: self.wired.session.state is LinkState.UP)
        last = self.wired.call(EFFECT, b"last")
        assert self.wired.run(60, until=lambda: last.outcomes > 0)
        assert isinstance(last.outcome, bytes | OutcomeUnknown)
        self.nothing_twice_and_nothing_wrong()


LineMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
test_anything_in_any_order = LineMachine.TestCase
