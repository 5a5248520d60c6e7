# SPDX-License-Identifier: Apache-2.0
"""A simulated board with the real firmware on a desk of its own: no broker and no cache of anybody else is touched."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from phosphene.exact import Coprocessor
from phosphene.line.broker.channel import BrokerChannel
from phosphene.line.broker.launch import BrokerOptions
from phosphene.line.broker.rendezvous import running
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig

T = TypeVar("T")

BUTTON = 16
LED = 25
LATCH = 12

Scenario = Callable[[SimBoard, str], Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def run_time_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give sockets and caches a place of their own; the path is short, as a socket's must be."""
    folder = Path(tempfile.mkdtemp(prefix="ph-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    yield folder
    for holder in running():
        if holder.pid:  # 0 would be this process's own group
            with contextlib.suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGKILL)
    shutil.rmtree(folder)


def on_a_board(scenario: Scenario, **config: Any) -> None:
    """Run `scenario(board, port)`."""

    async def run() -> None:
        async with SimBoard(SimConfig(board_json=board_json(load_rig("sim")), **config)) as board:
            await scenario(board, str(board.port_link))

    asyncio.run(run())


@asynccontextmanager
async def client(port: str, role: str = "operate", **options: Any) -> AsyncGenerator[Coprocessor]:
    """Attach as a client of a name of its own; `options` are those of a broker that must be started."""
    channel = await BrokerChannel.attach(port, role=role, name="test", options=BrokerOptions(**options))
    try:
        async with Coprocessor(channel) as mcu:
            yield mcu
    finally:
        await channel.close()


def channel_of(mcu: Coprocessor) -> BrokerChannel:
    """Return the channel of a Coprocessor that `client` made."""
    assert isinstance(mcu.channel, BrokerChannel)
    return mcu.channel


def kill_broker(mcu: Coprocessor) -> int:
    """End the broker as nothing should be ended; return the process that it was."""
    pid = channel_of(mcu).broker_pid
    os.kill(pid, signal.SIGKILL)
    return pid


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for `condition`; its failure to come true is a hang, not a slow machine."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def stand_still(board: SimBoard) -> None:
    """Freeze the firmware, and wait until it stands: the signal is on its way when `freeze` returns."""
    board.freeze()
    await asyncio.sleep(0.05)


def words(board: SimBoard) -> list[int]:
    """Return what the shift register has latched, counted outside the firmware."""
    return [word.value for word in board.shift_register.since(0)]


def rising_edges(board: SimBoard, pin: int) -> int:
    """Return how often the world has seen `pin` go high."""
    return sum(1 for edge in board.pins.history if edge.pin == pin and edge.level)


class ClientProcess:
    """A client in a process of its own, which can be killed. `body` is the inside of ``async with client as mcu``."""

    def __init__(self, port: str, body: str) -> None:
        script = (
            "import asyncio, sys\n"
            "from phosphene.exact import Coprocessor\n"
            "async def main():\n"
            f"    async with Coprocessor.attach({port!r}) as mcu:\n"
            + textwrap.indent(textwrap.dedent(body), " " * 8)
            + "\nasyncio.run(main())\n"
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment
        )

    async def line(self) -> str:
        """Return the next line that it prints."""
        assert self._process.stdout is not None
        return (await asyncio.to_thread(self._process.stdout.readline)).strip()

    def kill(self) -> None:
        """End it as nothing should be ended."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def socket_of(folder: Path) -> Path:
    """Return the only broker's socket in the run-time folder."""
    (found,) = folder.glob("phosphene/*.sock")
    return found
