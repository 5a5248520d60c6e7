# SPDX-License-Identifier: Apache-2.0
"""`phosphene broker`: run in the foreground, shown, stopped; exit codes and one line for each error."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys

from phosphene_tools.sim.board import SimBoard
from tests.broker.desk import client, on_a_board


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from phosphene_tools.cli import main; main()", "broker", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for it; return exit code, output and errors."""
    output, errors = process.communicate(timeout=30)
    return process.returncode, output, errors


def test_a_broker_in_the_foreground_is_shown_and_stopped() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        broker = start("--port", port, "--stay")
        assert broker.stdout is not None
        assert await asyncio.to_thread(broker.stdout.readline) == f"broker of {port}: ready\n"
        async with client(port, "observe"):
            code, text, _ = await asyncio.to_thread(ended, start("status"))
            assert code == 0
            assert text.startswith(f"{port}: process {broker.pid}, up, for ")
            assert f"test (process {os.getpid()}): observe" in text
            code, text, _ = await asyncio.to_thread(ended, start("status", "-o", "json"))
            shown = json.loads(text)
            assert (shown["pid"], shown["stay"], shown["line"]["hello"]["board"]) == (broker.pid, True, "sim")
        code, _, errors = await asyncio.to_thread(ended, start("--port", port))
        assert code == 1
        assert errors.startswith(f"error: the broker of this port is process {broker.pid} — ")
        code, _, errors = await asyncio.to_thread(ended, start("stop", "--port", port))
        assert (code, errors) == (0, f"stopped the broker of {port}, process {broker.pid}\n")
        assert (await asyncio.to_thread(ended, broker))[0] == 0
        assert await asyncio.to_thread(ended, start("status")) == (0, "no broker runs\n", "")
        code, _, errors = await asyncio.to_thread(ended, start("stop", "--port", port))
        assert code == 1
        assert errors.startswith("error: no broker runs for this port")

    on_a_board(scenario)


def test_ctrl_c_ends_it_and_tells_its_clients() -> None:
    async def scenario(_board: SimBoard, port: str) -> None:
        broker = start("--port", port)
        assert broker.stdout is not None
        await asyncio.to_thread(broker.stdout.readline)
        async with client(port) as mcu:
            broker.send_signal(signal.SIGINT)
            lines = [item async for item in mcu.channel.subscribe()]
            assert lines == [], "the subscription ends with the channel"
        assert (await asyncio.to_thread(ended, broker))[0] == 0

    on_a_board(scenario)


def test_a_port_that_is_not_there_is_one_line() -> None:
    code, output, errors = ended(start("--port", "/dev/ttyNONE"))
    assert (code, output) == (1, "")
    assert errors.startswith("error: there is no port /dev/ttyNONE — ")
    assert errors.count("\n") == 1
