# SPDX-License-Identifier: Apache-2.0
"""Link against the real firmware on the simulated board; effects are counted by its shift register."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from struct import pack, unpack

import pytest

from phosphene.errors import BadArgument, Late, OutcomeUnknown, UnknownTask
from phosphene.line.events import LinkState, StateChange
from phosphene.line.faults import KINDS, FaultPlan, FaultRates
from phosphene.line.link import Link
from phosphene.line.wire import LeaseVerdict
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig


class Rig:
    """A simulated board, a link to it, and its tasks by name."""

    def __init__(self, board: SimBoard, link: Link, tasks: dict[str, int], longest: dict[str, int]) -> None:
        self.board, self.link, self._tasks, self._longest = board, link, tasks, longest

    async def call(self, name: str, args: bytes = b"", *, timeout: float = 10, idempotent: bool = False) -> bytes:
        longest_ms = self._longest[name]
        return await self.link.call(
            self._tasks[name], args, timeout=timeout, idempotent=idempotent, longest_ms=longest_ms
        )

    async def latch(self, word: int, *, timeout: float = 10) -> None:
        """Have an effect that the world can count."""
        await self.call("gpio.shift_out", pack("<IB", word, 24), timeout=timeout)

    async def freeze(self) -> None:
        """Stop the board; returns when it surely stands still, with one echo unanswered."""
        self.board.freeze()
        while await self._answers():
            pass

    async def _answers(self) -> bool:
        try:
            await self.call("echo.echo", counted(b""), timeout=0.05, idempotent=True)
        except Late:
            return False
        return True

    @property
    def words(self) -> list[int]:
        return [word.value & 0xFFFFFF for word in self.board.shift_register.words]


@asynccontextmanager
async def a_rig(*, baud: int | None = None, faults: FaultPlan | None = None) -> AsyncGenerator[Rig]:
    async with (
        SimBoard(SimConfig(board_json=board_json(load_rig("sim")), baud=baud, seed=1)) as board,
        await Link.open(str(board.port_link), baud=baud or 921_600, faults=faults, timeout=10) as link,
    ):
        text = bytearray()
        while piece := (await link.call(0, pack("<I", len(text)), timeout=10, idempotent=True))[2:]:
            text += piece
        lines = [json.loads(line) for line in text.splitlines()]
        tasks = {line["name"]: number for number, line in enumerate(lines)}
        longest = {line["name"]: line.get("longest_ms", 10) for line in lines}
        yield Rig(board, link, tasks, longest)


def on_a_rig(test: Callable[[Rig], Awaitable[None]], **keywords: object) -> None:
    async def run() -> None:
        async with a_rig(**keywords) as rig:  # type: ignore[arg-type]
            await asyncio.wait_for(test(rig), 40)

    asyncio.run(run())


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.002)


def counted(data: bytes) -> bytes:
    return pack("<H", len(data)) + data


def test_messages_of_every_size_and_many_at_once() -> None:
    async def test(rig: Rig) -> None:
        for size in (0, 1, 8, 183, 184, 185, 1000, 1024):
            data = os.urandom(size)
            assert await rig.call("echo.echo", counted(data)) == counted(data)
        many = [counted(b"%d" % n * 30) for n in range(200)]
        answers = await asyncio.gather(*(rig.call("echo.echo", args, idempotent=True) for args in many))
        assert answers == many
        assert rig.link.stats.retries < 20  # none but what a busy computer delays
        assert rig.link.stats.received.bad_frames == 0

    on_a_rig(test)


def test_refusals() -> None:
    async def test(rig: Rig) -> None:
        with pytest.raises(UnknownTask):
            await rig.link.call(999, b"", timeout=5)
        with pytest.raises(BadArgument):
            await rig.call("echo.echo", b"\xff")
        assert await rig.call("board.clock")

    on_a_rig(test)


def test_the_clock_is_within_its_bound_and_late_calls_have_no_effect() -> None:
    async def test(rig: Rig) -> None:
        clock = rig.link.clock
        for _ in range(20):
            before = time.monotonic()
            (mcu_us,) = unpack("<Q", await rig.call("board.clock", idempotent=True))
            after = time.monotonic()
            slack = clock.error_us(after)
            assert clock.to_mcu(before) - slack <= mcu_us <= clock.to_mcu(after) + slack
            assert slack < 20_000
        await rig.freeze()
        late = asyncio.create_task(rig.latch(1, timeout=0.1))
        patient = asyncio.create_task(rig.latch(2, timeout=10))
        await asyncio.sleep(0.3)
        rig.board.thaw()
        with pytest.raises((Late, OutcomeUnknown)):
            await late
        await patient
        assert rig.words == [2]

    on_a_rig(test)


def test_a_pulled_cable_costs_no_session_and_no_second_effect() -> None:
    async def test(rig: Rig) -> None:
        sessions = rig.link.stats.sessions
        for round_ in range(3):
            calls = [asyncio.create_task(rig.latch(10 * round_ + n)) for n in range(10)]
            await asyncio.sleep(0.001 * round_)
            await rig.board.pull_cable()
            await until(lambda: rig.link.state is LinkState.DOWN)
            await rig.board.plug_cable()
            await asyncio.gather(*calls)
            await until(lambda: rig.link.state is LinkState.UP)
        assert rig.words == list(range(30))
        assert rig.link.stats.sessions == sessions
        assert rig.link.stats.disconnects == 3

    on_a_rig(test)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reset_around_the_effect_is_told_rightly(when: str) -> None:
    async def test(rig: Rig) -> None:
        events = rig.link.subscribe()
        latch = board_json(load_rig("sim"))["shift_register"]["latch"]
        await rig.latch(1)
        await rig.board.arm_reset(pin=latch, when=when)  # type: ignore[arg-type]
        boot = rig.link.hello.boot_id
        with pytest.raises(OutcomeUnknown, match="reset") as caught:
            await rig.latch(2)
        assert caught.value.boot_id == boot != rig.link.hello.boot_id
        await rig.latch(3)
        assert rig.words == ([1, 3] if when == "before" else [1, 2, 3])
        changes = [await anext(events) for _ in range(2)]
        assert [change.state for change in changes if isinstance(change, StateChange)] == [
            LinkState.CONNECTING,
            LinkState.UP,
        ]
        assert rig.link.stats.resets_seen == 1

    on_a_rig(test)


def test_a_reset_repeats_only_what_may_be_repeated() -> None:
    async def test(rig: Rig) -> None:
        await rig.freeze()
        repeatable = [asyncio.create_task(rig.call("echo.echo", counted(b"%d" % n), idempotent=True)) for n in range(3)]
        effects = [asyncio.create_task(rig.latch(n)) for n in range(3)]
        waiting = [asyncio.create_task(rig.latch(n)) for n in range(10, 15)]
        await asyncio.sleep(0.02)
        await rig.board.reset()
        assert await asyncio.gather(*repeatable) == [counted(b"%d" % n) for n in range(3)]
        for effect in effects:
            with suppress(OutcomeUnknown):
                await effect
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(outcome is None or isinstance(outcome, OutcomeUnknown) for outcome in outcomes)
        assert outcomes[-1] is None  # it had not been written
        assert len(rig.words) == len(set(rig.words))

    on_a_rig(test)


def test_every_kind_of_fault_and_each_word_latched_once_and_in_order() -> None:
    rates = FaultRates(dict.fromkeys(KINDS, 0.02), duplicate_ms=(0, 40), delay_ms=(1, 15))

    async def test(rig: Rig) -> None:
        words = list(range(1, 301))
        for start in range(0, len(words), 6):
            await asyncio.gather(*(rig.latch(word, timeout=30) for word in words[start : start + 6]))
        assert rig.words == words
        assert rig.link.faults is not None
        assert set(rig.link.faults.by_kind) == set(KINDS)
        assert rig.link.stats.retries > 0

    on_a_rig(test, faults=FaultPlan(seed=5, to_board=rates, to_host=rates))


def test_a_slow_line_is_filled_without_needless_repetitions() -> None:
    async def test(rig: Rig) -> None:
        data = counted(os.urandom(600))
        before = rig.link.stats.retries
        answers = await asyncio.gather(*(rig.call("echo.echo", data) for _ in range(12)))
        assert answers == [data] * 12
        assert rig.link.stats.retries - before <= 3

    on_a_rig(test, baud=115_200)


def test_the_lease_wants_progress() -> None:
    async def test(rig: Rig) -> None:
        first = await rig.link.renew(1, 1, 1)
        second = await rig.link.renew(2, 2, 2)
        assert first.verdict in (LeaseVerdict.FIRST, LeaseVerdict.LATCHED)
        assert second.verdict in (LeaseVerdict.LIVE, LeaseVerdict.LATCHED)
        assert rig.link.stats.renewals == 2

    on_a_rig(test)


def test_a_flash_pause_is_kept_and_loses_nothing() -> None:
    async def test(rig: Rig) -> None:
        events = rig.link.subscribe()
        states: list[LinkState] = []

        async def follow() -> None:
            async for event in events:
                if isinstance(event, StateChange):
                    states.append(event.state)

        following = asyncio.create_task(follow())
        calls = [asyncio.create_task(rig.call("board.label", counted(b"bench"), timeout=20))]
        calls += [asyncio.create_task(rig.call("echo.echo", counted(b"%d" % n), timeout=20)) for n in range(100)]
        await asyncio.gather(*calls)
        await until(lambda: rig.link.stats.pauses >= 1 and rig.link.state is LinkState.UP)
        await asyncio.sleep(0)
        events.close()
        await following
        assert LinkState.PAUSED in states
        assert await rig.call("board.read_label") == counted(b"bench")

    on_a_rig(test)
