# SPDX-License-Identifier: Apache-2.0
"""The bench Pico's firmware, really run, at the pins of a board that really runs: what it sees, drives and cuts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator

import pytest

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene.line.wire import ResetCause
from phosphene_hil.bench_pico.pico import SeenEdge
from phosphene_hil.board import MissingFeature
from phosphene_hil.instrument import InstrumentError, NotWired
from tests.hil.simulated_bench import PATIENCE_S, Bench, bench

pytestmark = pytest.mark.timeout(300)  # against hanging only: two boards and much that is waited for


@pytest.fixture(scope="module")
def pair() -> Generator[Bench]:
    with bench() as both:
        yield both


def led_edges(pair: Bench, since_s: float) -> list[SeenEdge]:
    pin = pair.board.setup.file.nets["led"]
    return [edge for edge in pair.pico.edges(since_s) if edge.pin == pin]


@pytest.mark.parametrize("by", ["best", "interrupt"])
def test_every_edge_is_seen_with_its_time(pair: Bench, by: str) -> None:
    """Against the simulator that made the edges. An interrupt comes after its edge, and tells them all in order."""
    pins = pair.board.setup.file.nets
    pair.pico.watch(1 << pins["led"] | 1 << pins["fan"], by=by)
    began = time.monotonic()

    async def blink(_: Link, mcu: Coprocessor) -> None:
        for level in (True, False) * 20:
            await mcu.call("gpio.write", output="led", level=level)

    try:
        pair.run(blink)
        true = pair.true_changes("led", began)
        ends = time.monotonic() + PATIENCE_S
        while len(seen := led_edges(pair, began)) < len(true) and time.monotonic() < ends:
            time.sleep(0.01)  # a simulated interrupt is a millisecond late, or more on a busy machine
        assert [edge.level for edge in seen] == [change.level for change in true] == [True, False] * 20
        for edge, change in zip(seen, true, strict=True):
            assert edge.at_s >= change.at_s - edge.error_s
            if by == "best":
                assert edge.at_s <= change.at_s + edge.error_s, "the capture unit stamps an edge with its own time"
    finally:
        pair.pico.watch(sum(1 << pins[name] for name in (*pair.board.setup.outputs, "enable")))


def test_what_the_log_could_not_keep_is_told(pair: Bench) -> None:
    async def pulses(_: Link, mcu: Coprocessor) -> None:
        for _round in range(600):
            await mcu.batch([("gpio.write", {"output": "led", "level": level}) for level in (True, False)])

    pair.run(pulses)
    told = pair.pico.call("bench.edges", since=0)
    assert told.first > 0, "twelve hundred edges were made, a thousand and some are kept"
    newest = pair.pico.call("bench.edges", since=told.first + 10**6)
    assert newest.first - told.first <= 1024


def test_a_driven_input_is_read_and_a_released_one_rests(pair: Bench) -> None:
    async def read(_: Link, mcu: Coprocessor) -> list[bool]:
        levels: list[bool] = []
        for level in (False, True, False, None):
            pair.board.outside.drive("button", level)
            levels.append((await mcu.call("gpio.read", name="button")).level)
        return levels

    assert pair.run(read) == [False, True, False, True]


def test_the_benchs_own_pins_are_not_given_away(pair: Bench) -> None:
    for pin in (14, 15, 25, 23):
        with pytest.raises(InstrumentError, match="bench's own"):
            pair.pico.drive(pin, "high")


def test_what_is_not_wired_skips_and_says_so(pair: Bench) -> None:
    with pytest.raises(NotWired, match="the voltage battery"):
        pair.board.instrument.voltage("battery", 12_000)
    with pytest.raises(NotWired, match="no wire to nothing"):
        pair.board.outside.drive("nothing", True)
    with pytest.raises(MissingFeature, match="chip_clock"):
        pair.board.control.freeze()


@pytest.mark.parametrize(("cause", "number"), [("pin", ResetCause.PIN), ("power-on", ResetCause.POWER_ON)])
def test_reset_and_power_are_real(pair: Bench, cause: str, number: ResetCause) -> None:
    async def reset(link: Link, mcu: Coprocessor) -> tuple[bool, int]:
        boot_id = link.hello.boot_id
        await (pair.board.control.reset() if cause == "pin" else pair.board.control.power_cut(0.1))
        await mcu.call("echo.echo", data=b"again", timeout=PATIENCE_S)
        return link.hello.boot_id != boot_id, link.hello.reset_cause

    assert pair.run(reset) == (True, number)


def test_a_board_without_power_says_nothing(pair: Bench) -> None:
    power = pair.board.control.power
    assert power is not None

    async def off(_: Link, mcu: Coprocessor) -> None:
        await power.set(on=False)
        try:
            with pytest.raises(LineError):
                await mcu.call("echo.echo", data=b"?", timeout=0.5)
        finally:
            await power.set(on=True)
        assert (await mcu.call("echo.echo", data=b"!", timeout=PATIENCE_S)).data == b"!"

    pair.run(off)


def test_the_cable_is_cut_and_mended(pair: Bench) -> None:
    async def unplugged(link: Link, mcu: Coprocessor) -> None:
        boot_id = link.hello.boot_id
        await pair.board.control.pull_cable()
        with pytest.raises(LineError):
            await mcu.call("echo.echo", data=b"?", timeout=0.5)
        await pair.board.control.plug_cable()
        assert (await mcu.call("echo.echo", data=b"!", timeout=PATIENCE_S)).data == b"!"
        assert link.hello.boot_id == boot_id, "the board itself noticed nothing"

    pair.run(unplugged)


def test_strikes_on_the_wire_hurt_frames_and_no_answer(pair: Bench) -> None:
    """Calls that may be repeated come through a struck line whole, and the board has counted the damage."""
    pin = pair.board.setup.file.control.short_to_board
    assert pin is not None
    plan = {"count": 60, "shortest_us": 20, "longest_us": 200, "shortest_gap_ms": 2, "longest_gap_ms": 6, "seed": 3}

    async def damage(mcu: Coprocessor) -> int:
        counted = await mcu.call("board.statistics", timeout=PATIENCE_S)
        return counted.crc_errors + counted.cobs_errors + counted.too_long

    async def struck(_: Link, mcu: Coprocessor) -> tuple[int, int]:
        before = await damage(mcu)
        striking = asyncio.create_task(pair.pico.strike(pin=pin, **plan))
        while not striking.done():
            data = time.monotonic_ns().to_bytes(8, "little") * 8
            assert (await mcu.call("echo.echo", data=data, timeout=PATIENCE_S)).data == data
        return await striking, await damage(mcu) - before

    strikes, hurt = pair.run(struck)
    assert strikes == plan["count"]
    assert hurt > 0


def test_it_lets_go_of_everything_when_its_host_leaves_and_comes_back(pair: Bench) -> None:
    pair.board.outside.drive("button", False)
    pair.pico.call("bench.release")

    async def read(_: Link, mcu: Coprocessor) -> bool:
        return (await mcu.call("gpio.read", name="button")).level

    assert pair.run(read), "the pull-up has it again"
