# SPDX-License-Identifier: Apache-2.0
"""Fault plans and the injector that ships with the transport."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phosphene.errors import ConfigError
from phosphene.line.faults import KINDS, FaultInjector, FaultPlan, FaultRates
from phosphene.line.faulty_transport import FaultyTransport
from phosphene.line.frame import Frame, FrameReader, encode
from phosphene.line.tap import Direction
from phosphene.line.transport import OnData, OnLost

PLAN = """
seed = 7
reorder = true
[to_board]
drop = 0.02
delay = 0.5
delay_ms = [1, 2.5]
[to_host]
duplicate = 1
duplicate_ms = [0, 50]
"""
FRAME = encode(0x83, 5, 1, 0, b"\0\1\2 some payload")


def test_a_plan_is_read() -> None:
    plan = FaultPlan.parse(PLAN)
    assert plan == FaultPlan(
        seed=7,
        reorder=True,
        to_board=FaultRates({"drop": 0.02, "delay": 0.5}, delay_ms=(1.0, 2.5)),
        to_host=FaultRates({"duplicate": 1.0}, duplicate_ms=(0.0, 50.0)),
    )
    assert FaultPlan.parse("") == FaultPlan()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed = ", "not TOML"),
        ("sead = 1", "did you mean 'seed'"),
        ("seed = 'one'", "write a int"),
        ("reorder = 1", "write a bool"),
        ("to_board = 3", "to_board is 3"),
        ("[to_board]\ndorp = 0.1", "did you mean 'drop'"),
        ("[to_host]\ndrop = 2", "drop is 2"),
        ("[to_host]\ndrop = true", "drop is True"),
        ("[to_host]\ndrop = 0.6\nflip = 0.6", "add up to 1.2"),
        ("[to_host]\ndelay_ms = [5, 1]", "[shortest, longest]"),
        ("[to_host]\ndelay_ms = 5", "[shortest, longest]"),
        ("[to_board]\nreset_before = 0.1", "unknown key 'reset_before'"),
    ],
)
def test_a_wrong_plan_is_told_with_place_and_cure(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        FaultPlan.parse(text, place="plan.toml")
    assert told in str(caught.value)
    assert "plan.toml" in str(caught.value)


def test_a_plan_comes_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    with pytest.raises(ConfigError, match="can't be read"):
        FaultPlan.load(path)
    path.write_text("[to_board]\nreset_after = 0.5\n", encoding="utf-8")
    assert FaultPlan.load(path, extra=["reset_after"]).to_board.rates == {"reset_after": 0.5}


def test_the_same_seed_gives_the_same_faults() -> None:
    def run(seed: int) -> list[list[tuple[float, bytes]]]:
        injector = FaultInjector(FaultPlan.uniform(0.6, seed=seed))
        return [injector.apply(way, FRAME) for _ in range(200) for way in Direction]

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_each_kind_happens_as_often_as_planned_and_is_counted() -> None:
    injector = FaultInjector(FaultPlan.uniform(0.3, seed=1))
    count = 20_000
    for _ in range(count):
        injector.apply(Direction.TO_BOARD, FRAME)
    assert set(injector.by_kind) == set(KINDS)
    for hits in injector.by_kind.values():
        assert 0.04 < hits / count < 0.06
    assert injector.share == pytest.approx(sum(injector.by_kind.values()) / count)
    assert injector.frames == {Direction.TO_BOARD: count}


@pytest.mark.parametrize("kind", KINDS)
def test_what_each_kind_does(kind: str) -> None:
    rates = FaultRates({kind: 1.0}, delay_ms=(3, 4), duplicate_ms=(5, 6))
    injector = FaultInjector(FaultPlan(seed=2, to_board=rates))
    for _ in range(300):
        pieces = injector.apply(Direction.TO_BOARD, FRAME)
        if kind == "drop":
            assert pieces == []
        elif kind == "delay":
            ((delay, piece),) = pieces
            assert 0.003 <= delay <= 0.004
            assert piece == FRAME
        elif kind == "duplicate":
            assert [piece for _, piece in pieces] == [FRAME, FRAME]
            assert pieces[0][0] == 0
            assert 0.005 <= pieces[1][0] <= 0.006
        else:
            ((delay, piece),) = pieces
            assert delay == 0
            assert piece != FRAME
            difference = len(piece) - len(FRAME)
            assert {"flip": difference == 0, "insert": 1 <= difference <= 4, "truncate": difference <= 0}[kind]
            # What was hurt is never taken for a frame, unless only its delimiter was hit and another comes.
            reader = FrameReader()
            found = [item for item in reader.feed(piece) if isinstance(item, Frame)]
            assert found in ([], reader.feed(b"")) or kind == "insert"


def test_kinds_of_the_callers_own_have_hooks() -> None:
    plan = FaultPlan(to_board=FaultRates({"reset_before": 1.0}))
    with pytest.raises(ConfigError, match="no hook for the fault 'reset_before'"):
        FaultInjector(plan)
    seen: list[bytes] = []
    injector = FaultInjector(plan, {"reset_before": seen.append})
    assert injector.apply(Direction.TO_BOARD, FRAME) == [(0.0, FRAME)]
    assert seen == [FRAME]
    assert injector.by_kind == {"reset_before": 1}


class Recorder:
    """A transport whose other end is the test."""

    seconds_per_byte = 0.0
    backlog = 0

    def __init__(self) -> None:
        self.written = bytearray()
        self.closed = False
        self.deliver: OnData = lambda _: None

    def start(self, on_data: OnData, on_lost: OnLost) -> None:
        self.deliver = on_data

    def write(self, data: bytes) -> None:
        self.written += data

    def cut(self) -> None:
        self.written.clear()

    def close(self) -> None:
        self.closed = True


def numbered(data: bytes) -> list[int]:
    return [item.request for item in FrameReader().feed(data) if isinstance(item, Frame)]


def test_delays_keep_the_order_unless_the_plan_reorders() -> None:
    async def run(reorder: bool) -> list[int]:
        rates = FaultRates({"delay": 0.5}, delay_ms=(1, 10))
        inner = Recorder()
        transport = FaultyTransport(inner, FaultInjector(FaultPlan(seed=5, reorder=reorder, to_board=rates)))
        transport.start(lambda _: None, lambda _: None)
        for number in range(50):
            transport.write(encode(3, 1, number))
        await asyncio.sleep(0.05)
        return numbered(bytes(inner.written))

    assert asyncio.run(run(reorder=False)) == list(range(50))
    reordered = asyncio.run(run(reorder=True))
    assert sorted(reordered) == list(range(50))
    assert reordered != list(range(50))


def test_late_copies_come_after_newer_frames() -> None:
    async def run() -> list[int]:
        rates = FaultRates({"duplicate": 1.0}, duplicate_ms=(5, 10))
        inner = Recorder()
        transport = FaultyTransport(inner, FaultInjector(FaultPlan(to_host=rates)))
        got = bytearray()
        transport.start(got.extend, lambda _: None)
        inner.deliver(encode(3, 1, 1) + encode(3, 1, 2))
        await asyncio.sleep(0.03)
        return numbered(bytes(got))

    found = asyncio.run(run())
    assert found[:2] == [1, 2]
    assert sorted(found[2:]) == [1, 2]


def test_frames_are_found_in_whatever_pieces_arrive_and_empty_ones_pass_unharmed() -> None:
    async def run() -> bytes:
        injector = FaultInjector(FaultPlan(to_host=FaultRates({"drop": 1.0})))
        inner = Recorder()
        transport = FaultyTransport(inner, injector)
        got = bytearray()
        transport.start(got.extend, lambda _: None)
        for byte in b"\0\0" + FRAME + b"\0" + FRAME:
            inner.deliver(bytes((byte,)))
        assert injector.frames[Direction.TO_HOST] == 2
        transport.cut()
        transport.close()
        assert inner.closed
        return bytes(got)

    assert asyncio.run(run()) == b"\0\0\0"
