# SPDX-License-Identifier: Apache-2.0
"""Key slots and durable counters of the real firmware: who may change them, and what a power cut leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from phosphene.errors import Forbidden, LineError, OutcomeUnknown
from phosphene.exact import Coprocessor, ProcessEnded
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.keys import on_board
from phosphene_tools.keys.key import Key
from phosphene_tools.sim.board import SimBoard


def at_a_board(test: Callable[[SimBoard, Coprocessor], Awaitable[None]]) -> None:
    async def run() -> None:
        async with simulated_board(seed=8) as board, linked(board) as (_, mcu):
            await test(board, mcu)

    asyncio.run(run())


async def slots(mcu: Coprocessor) -> dict[str, str]:
    """What crypto.slots tells, by slot."""
    lines = (await mcu.call("crypto.slots")).slots.splitlines()
    return {line.partition(" ")[0]: line.partition(" ")[2] for line in lines}


def told(key: Key) -> str:
    return f"{key.kind} {key.fingerprint.hex()}"


@asynccontextmanager
async def a_lease(mcu: Coprocessor) -> AsyncGenerator[None]:
    async def run() -> None:
        count = 0
        while True:
            count += 1
            await mcu.channel.renew(count, count, count)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(run())
    try:
        await asyncio.sleep(0.15)
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def arm(mcu: Coprocessor, key: Key) -> None:
    await mcu.call("board.arm", grant=await on_board.grant(mcu, "arm", key))


async def until_booted_again(mcu: Coprocessor, boot: int) -> None:
    async with asyncio.timeout(20):
        while mcu.hello.boot_id == boot:
            await asyncio.sleep(0.01)


def test_slots_are_filled_once_and_keys_survive_a_power_cut() -> None:
    async def test(board: SimBoard, mcu: Coprocessor) -> None:
        factory = Key("hmac", board.arm_key)
        assert await slots(mcu) == {"arm": told(factory), "unlock": "empty", "update": "empty", "device": "empty"}
        unlock, update, device = Key.new("hmac"), Key.new("ed25519"), Key.new("hmac")
        await on_board.provision(mcu, "unlock", unlock)
        await on_board.provision(mcu, "update", update)
        await on_board.provision(mcu, "device", device)
        for slot in ("arm", "unlock", "update", "device"):
            with pytest.raises(ProcessEnded, match="rotate it by a grant"):
                await on_board.provision(mcu, slot, Key.new("ed25519" if slot == "update" else "hmac"))
        boot = mcu.hello.boot_id
        await board.power_cut()
        await until_booted_again(mcu, boot)
        wanted = {"arm": told(factory), "unlock": told(unlock), "update": told(update), "device": told(device)}
        assert await slots(mcu) == wanted
        assert (await mcu.call("crypto.device_hmac", data=b"who")).mac == device.sign(b"who")
        for message, valid in ((b"version 2", True), (b"version 3", False)):
            verifying = await mcu.start("crypto.verify_update", signature=update.sign(b"version 2"), message=message)
            assert (await verifying.result()).valid is valid

    at_a_board(test)


def test_a_slot_takes_only_its_kind_and_real_keys() -> None:
    async def test(_: SimBoard, mcu: Coprocessor) -> None:
        for slot, kind, key, why in (
            ("update", "hmac", b"\1" * 32, "takes ed25519"),
            ("device", "ed25519", Key.new("ed25519").for_board, "takes hmac"),
            ("update", "ed25519", b"\xff" * 32, "no Ed25519 public key"),
            ("update", "ed25519", b"\1" + bytes(31), "no Ed25519 public key"),  # the neutral point
            ("device", "hmac", bytes(32), "zeros"),
        ):
            process = await mcu.start("crypto.provision", slot=slot, kind=kind, key=key)
            with pytest.raises(ProcessEnded, match=why):
                await process.result()
        assert set((await slots(mcu)).values()) >= {"empty"}

    at_a_board(test)


def test_keys_change_only_while_the_board_is_not_armed() -> None:
    async def test(board: SimBoard, mcu: Coprocessor) -> None:
        factory = Key("hmac", board.arm_key)
        async with a_lease(mcu):
            await arm(mcu, factory)
            with pytest.raises(ProcessEnded, match="armed"):
                await on_board.provision(mcu, "device", Key.new("hmac"))
            with pytest.raises(ProcessEnded, match="armed"):
                await on_board.rotate(mcu, "arm", factory, Key.new("hmac"))
            assert (await slots(mcu))["device"] == "empty"
            await mcu.call("board.disarm", maintenance=False)
            await on_board.provision(mcu, "device", Key.new("hmac"))

    at_a_board(test)


def test_rotation_needs_the_old_key_and_ends_it() -> None:
    async def test(board: SimBoard, mcu: Coprocessor) -> None:
        factory, second, stranger = Key("hmac", board.arm_key), Key.new("hmac"), Key.new("hmac")
        with pytest.raises(ProcessEnded, match="wrong grant"):
            await on_board.rotate(mcu, "arm", stranger, second)
        await on_board.rotate(mcu, "arm", factory, second)
        assert (await slots(mcu))["arm"] == told(second)
        async with a_lease(mcu):
            with pytest.raises(Forbidden, match="wrong grant"):
                await arm(mcu, factory)
            await arm(mcu, second)
            await mcu.call("board.disarm", maintenance=False)
        with pytest.raises(ProcessEnded, match="wrong grant"):
            await on_board.rotate(mcu, "arm", factory, stranger)

    at_a_board(test)


def test_a_rotation_grant_serves_once_and_for_one_key() -> None:
    async def test(_: SimBoard, mcu: Coprocessor) -> None:
        old, new, other = Key.new("ed25519"), Key.new("ed25519"), Key.new("ed25519")
        await on_board.provision(mcu, "update", old)

        async def attempt(key: Key, grant: bytes) -> None:
            process = await mcu.start("crypto.rotate", slot="update", kind="ed25519", key=key.for_board, grant=grant)
            await process.result()

        with pytest.raises(ProcessEnded, match=r"ask crypto\.nonce"):
            await attempt(new, bytes(64))
        nonce = (await mcu.call("crypto.nonce")).nonce
        grant = old.grant("rotate", mcu.hello.boot_id, nonce, b"update ed25519 " + new.for_board)
        with pytest.raises(ProcessEnded, match="wrong grant"):
            await attempt(other, grant)  # it names another key
        with pytest.raises(ProcessEnded, match=r"ask crypto\.nonce"):
            await attempt(new, grant)  # its nonce is spent
        await on_board.rotate(mcu, "update", old, new)
        assert (await slots(mcu))["update"] == told(new)
        # By another boot's grant, nothing.
        nonce = (await mcu.call("crypto.nonce")).nonce
        grant = new.grant("rotate", mcu.hello.boot_id ^ 1, nonce, b"update ed25519 " + other.for_board)
        with pytest.raises(ProcessEnded, match="wrong grant"):
            await attempt(other, grant)

    at_a_board(test)


def test_a_counter_never_goes_back_and_gives_no_value_twice() -> None:
    async def test(_: SimBoard, mcu: Coprocessor) -> None:
        async def advance(number: int, by: int) -> int:
            return int((await (await mcu.start("crypto.advance", number=number, by=by)).result()).value)

        assert (await mcu.call("crypto.counter", number=2)).value == 0
        values = await asyncio.gather(*[advance(2, 1) for _ in range(5)])
        assert sorted(values) == [1, 2, 3, 4, 5]
        assert await advance(2, 2**32 - 6) == 2**32 - 1
        with pytest.raises(ProcessEnded, match="can't go that far"):
            await advance(2, 1)
        assert (await mcu.call("crypto.counter", number=2)).value == 2**32 - 1
        assert (await mcu.call("crypto.counter", number=3)).value == 0

    at_a_board(test)


def test_power_cuts_while_a_counter_is_written() -> None:
    async def test(board: SimBoard, mcu: Coprocessor) -> None:
        acknowledged, interrupted = 0, 0
        for delay_ms in (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 30):
            boot = mcu.hello.boot_id
            process = await mcu.start("crypto.advance", number=0, by=1)
            await asyncio.sleep(delay_ms / 1000)
            await board.power_cut()
            await until_booted_again(mcu, boot)
            try:
                async with asyncio.timeout(5):
                    acknowledged = max(acknowledged, int((await process.result()).value))
            except (LineError, OutcomeUnknown):
                interrupted += 1
            value = int((await mcu.call("crypto.counter", number=0)).value)
            assert acknowledged <= value <= acknowledged + 1
            acknowledged = value  # told now: it may not go back behind this
        assert interrupted

    at_a_board(test)
