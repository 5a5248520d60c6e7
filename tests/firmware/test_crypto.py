# SPDX-License-Identifier: Apache-2.0
"""The cryptographic tasks over the line, and the board's deadlines while it verifies a signature."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import random
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from phosphene.errors import Forbidden, OutOfRange
from phosphene.exact import Coprocessor
from phosphene_tools.arming import grant_for
from phosphene_tools.bench.board import configuration, linked, simulated_board
from phosphene_tools.firmware_image import install
from phosphene_tools.keys import forgeries, wycheproof
from phosphene_tools.keys.forgeries import Case
from phosphene_tools.places import coprocessor
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig

BUTTON = next(i["pin"] for i in configuration()["inputs"] if i["name"] == "button")


def at_a_board(test: Callable[[SimBoard, Coprocessor], Awaitable[None]]) -> None:
    async def run() -> None:
        async with simulated_board(seed=5) as board, linked(board) as (_, mcu):
            await test(board, mcu)

    asyncio.run(run())


async def verified(mcu: Coprocessor, case: Case) -> bool:
    process = await mcu.start("crypto.verify", key=case.key, signature=case.signature, message=case.message)
    return bool((await process.result()).valid)


def test_hashes_are_pythons() -> None:
    async def test(_: SimBoard, mcu: Coprocessor) -> None:
        dice = random.Random(6)
        for length in (0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 129, 1023, 1024):
            data, key = dice.randbytes(length), dice.randbytes(length % 257)
            assert (await mcu.call("crypto.sha256", data=data)).digest == hashlib.sha256(data).digest()
            assert (await mcu.call("crypto.sha512", data=data)).digest == hashlib.sha512(data).digest()
            assert (await mcu.call("crypto.hmac", key=key, data=data)).mac == hmac.digest(key, data, "sha256")

    at_a_board(test)


def test_signatures_over_the_line() -> None:
    async def test(_: SimBoard, mcu: Coprocessor) -> None:
        forged = [c for c in wycheproof.cases(seed=3) if (len(c.key), len(c.signature)) == (32, 64)]
        cases = [*forgeries.published(), *random.Random(4).sample(forged, 40), *forgeries.mutated(40, seed=5)]
        for case in cases:
            assert await verified(mcu, case) == case.valid, case
        case = cases[0]
        with pytest.raises(OutOfRange, match="signature"):
            await mcu.start("crypto.verify", key=case.key, signature=case.signature[:63], message=b"")
        with pytest.raises(OutOfRange, match="key"):
            await mcu.start("crypto.verify", key=case.key + b"\0", signature=case.signature, message=b"")

    at_a_board(test)


def test_random_bytes_are_not_the_same_twice() -> None:
    async def test(_: SimBoard, mcu: Coprocessor) -> None:
        drawn = [(await mcu.call("crypto.random", count=32)).data for _ in range(20)]
        assert len(set(drawn)) == 20
        assert {len(data) for data in drawn} == {32}
        many = b"".join([(await mcu.call("crypto.random", count=256)).data for _ in range(40)])
        assert len(set(many)) == 256

    at_a_board(test)


def test_the_keys_of_grants_sign_nothing_for_the_host() -> None:
    async def test(_: SimBoard, mcu: Coprocessor) -> None:
        with pytest.raises(Forbidden, match="no key in slot device"):
            await mcu.call("crypto.device_hmac", data=b"phosphene arm")

    at_a_board(test)


@pytest.fixture
def with_stalls(tmp_path: Path) -> Path:
    """The real firmware and a task that tells how long its dispatcher was away."""
    sources, firmware = tmp_path / "sources", tmp_path / "firmware"
    shutil.copytree(coprocessor(), sources, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(Path(__file__).with_name("units") / "stalls.py", sources / "tasks" / "stalls.py")
    firmware.mkdir()
    install(sources, firmware)
    return firmware


@dataclass
class Witness:
    """What was seen while signatures were verified."""

    verified: int = 0
    edges: int = 0
    told: int = 0
    stall_us: int = 0  # longest time between two rounds of the dispatcher
    stall_cpu_us: int = 0  # the same, without what other programs of a busy host took


async def verifying_under_a_lease(board: SimBoard, mcu: Coprocessor) -> Witness:
    """Verify for a second and a half, while the lease is renewed at 10 Hz and a button is pressed."""
    seen = Witness()
    working = True

    async def renew() -> None:
        count = 0
        while working:
            count += 1
            await mcu.channel.renew(count, count, count)
            await asyncio.sleep(0.1)

    async def press() -> None:
        while working:
            board.set_input(BUTTON, seen.edges & 1)
            seen.edges += 1
            await asyncio.sleep(0.01)

    board.set_input(BUTTON, 1)
    await asyncio.sleep(0.05)
    before = (await mcu.call("gpio.watch", input="button", edge="both")).count
    beside = [asyncio.create_task(work()) for work in (renew, press)]
    await asyncio.sleep(0.25)
    nonce = (await mcu.call("board.nonce")).nonce
    await mcu.call("board.arm", grant=grant_for(board.arm_key, mcu.hello.boot_id, nonce))
    changes = len(board.pins.enable_changes)
    await mcu.call("timer.start", name="tea", seconds=1)
    long_one = forgeries.published()[3]
    assert await verified(mcu, long_one)  # the first one imports its modules
    await mcu.call("stalls.longest")
    async with asyncio.timeout(30):
        ends = asyncio.get_running_loop().time() + 1.5
        while asyncio.get_running_loop().time() < ends:
            # Four at once: more work at a time than a board is ever asked for.
            assert all(await asyncio.gather(*[verified(mcu, long_one) for _ in range(4)]))
            seen.verified += 4
    stalls = await mcu.call("stalls.longest")
    seen.stall_us, seen.stall_cpu_us = stalls.us, stalls.cpu_us
    assert (await mcu.call("time.ring")).names == "tea", "a timer ran out meanwhile"
    assert board.pins.enable
    assert all(up for _, up in list(board.pins.enable_changes)[changes:]), "the dead-man fell"
    assert (await mcu.call("board.statistics")).lease_losses == 0
    working = False
    await asyncio.gather(*beside)
    await asyncio.sleep(0.1)
    seen.told = (await mcu.call("gpio.watch", input="button", edge="both")).count - before
    return seen


def test_lease_dead_man_and_edges_hold_while_signatures_are_verified(with_stalls: Path) -> None:
    async def run() -> Witness:
        config = SimConfig(board_json=configuration(), seed=7, firmware_dir=with_stalls)
        async with SimBoard(config) as board, linked(board) as (_, mcu):
            return await verifying_under_a_lease(board, mcu)

    tries: list[Witness | AssertionError] = []
    for _ in range(3):  # a busy host can stall the board's whole process: one try of three must be clean
        try:
            seen = asyncio.run(run())
        except AssertionError as error:
            tries.append(error)
            continue
        tries.append(seen)
        if seen.verified >= 20 and seen.told == seen.edges and 0 < seen.stall_cpu_us < 50_000:
            return
    pytest.fail(f"no clean try: {tries}")
