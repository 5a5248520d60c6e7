# SPDX-License-Identifier: Apache-2.0
"""What systemd hears of the loop: ready when it turns, and nothing while it stands."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from phosphene.loop.lease import Progress
from phosphene.loop.systemd import Systemd

_SOON_S = 5.0


@contextlib.contextmanager
def ear(address: str) -> Generator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind("\0" + address[1:] if address.startswith("@") else address)
        bound.setblocking(False)
        yield bound


async def word(bound: socket.socket) -> str:
    return (await asyncio.wait_for(asyncio.get_running_loop().sock_recv(bound, 4096), _SOON_S)).decode()


def settings(address: str, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "150000", **more}


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_ready_and_fed_while_the_loop_turns(tmp_path: Path, abstract: bool) -> None:
    address = f"@phosphene-test-{os.getpid()}" if abstract else str(tmp_path / "notify")

    async def scenario() -> None:
        progress = Progress()
        with ear(address) as bound:
            telling = asyncio.create_task(Systemd(progress, settings(address)).run())
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.get_running_loop().sock_recv(bound, 99), 0.4)
            progress.tick += 1
            assert (await word(bound)).splitlines()[0] == "READY=1"
            for _ in range(3):
                turning = asyncio.create_task(turn(progress))
                assert await word(bound) == "WATCHDOG=1"
                turning.cancel()
            # One may have been on its way; then the loop stands, and it is left to the watchdog.
            await asyncio.sleep(0.2)
            with contextlib.suppress(BlockingIOError):
                while bound.recv(99):
                    pass
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.get_running_loop().sock_recv(bound, 99), 0.5)
            assert not telling.done()
            telling.cancel()

    asyncio.run(scenario())


async def turn(progress: Progress) -> None:
    while True:
        progress.tick += 1
        await asyncio.sleep(0.01)


def test_it_is_silent_where_nobody_asked_and_does_not_end() -> None:
    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(Systemd(Progress(tick=1), {}).run(), 0.2)

    asyncio.run(scenario())


def test_a_watchdog_of_another_process_is_not_fed(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")

    async def scenario() -> None:
        progress = Progress()
        with ear(address) as bound:
            telling = asyncio.create_task(Systemd(progress, settings(address, WATCHDOG_PID="1")).run())
            turning = asyncio.create_task(turn(progress))
            assert (await word(bound)).startswith("READY=1")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.get_running_loop().sock_recv(bound, 99), 0.5)
            telling.cancel()
            turning.cancel()

    asyncio.run(scenario())
