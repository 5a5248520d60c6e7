# SPDX-License-Identifier: Apache-2.0
"""Finds the broker of a port, or starts one: without a race when several clients come at once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import phosphene
from phosphene.errors import LineError, LinkLost, PortBusy
from phosphene.line.broker import failure
from phosphene.line.broker.messages import Malformed
from phosphene.line.broker.rendezvous import Rendezvous

P = TypeVar("P", bound=asyncio.Protocol)

READY = b"ready"
"""What a broker writes to its `--ready-fd` when clients may attach; anything else is a Failure."""
_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """How to start a broker, should none run: see `python -m phosphene.line.broker --help`."""

    baud: int = 921600
    rtscts: bool = False
    faults: Path | None = None
    stay: bool = False
    idle_s: float | None = None

    def arguments(self) -> list[str]:
        """Return them for the command line."""
        words = ["--baud", str(self.baud)]
        words += ["--rtscts"] * self.rtscts + ["--stay"] * self.stay
        words += ["--faults", str(self.faults)] if self.faults else []
        words += ["--idle", str(self.idle_s)] if self.idle_s is not None else []
        return words


async def connect(port: str, protocol: Callable[[], P], options: BrokerOptions | None, deadline: float) -> P:
    """Return a connection to the broker of `port`; start one with `options` if none runs and they are given.

    `deadline` is host time in seconds. Raises LinkLost when there is no broker and none may be started, or what
    the broker says that it failed with: BoardNotFound, PortBusy and other LineErrors.
    """
    loop = asyncio.get_running_loop()
    while True:
        rendezvous = Rendezvous.of(port)
        try:
            _, connection = await loop.create_unix_connection(protocol, str(rendezvous.socket))
        except (FileNotFoundError, ConnectionRefusedError):
            pass
        else:
            return connection
        if rendezvous.holder() is None:
            if options is None:
                raise LinkLost("no broker runs for this port", place=port, cure="start one, or attach with `start`")
            try:
                await _start(rendezvous, options)
                continue
            except PortBusy:
                # Somebody else's broker was faster: it will be there in a moment. Any other program is an error.
                if rendezvous.holder() is None:
                    raise
        if loop.time() > deadline:
            holder = rendezvous.holder()
            who = f"process {holder.pid}" if holder else "a process that ended"
            raise LinkLost(f"the broker ({who}) does not open its socket", place=str(rendezvous.socket), cure="end it")
        await asyncio.sleep(_AGAIN_S)


async def _start(rendezvous: Rendezvous, options: BrokerOptions) -> None:
    """Start a broker that outlives this process, and wait until it serves. Raises what it failed with."""
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "phosphene.line.broker", "--port", rendezvous.port, *options.arguments()]
    command += ["--detach", "--ready-fd", str(writer)]
    answer = await asyncio.to_thread(_run, command, reader, writer, rendezvous.log)
    if answer == READY:
        return
    try:
        raise failure.unpack(answer)
    except Malformed:
        raise LineError(
            "the broker ended before it served", place=str(rendezvous.log), cure="its log there says why"
        ) from None


def _run(command: list[str], reader: int, writer: int, log: Path) -> bytes:
    """Run the command, which detaches itself, and return what it reports."""
    # The broker runs the same code as its client, wherever that was imported from.
    path = os.pathsep.join(filter(None, [str(Path(phosphene.__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[writer],
                env={**os.environ, "PYTHONPATH": path},
                cwd="/",
                check=False,
            )
        finally:
            os.close(output)
            os.close(writer)
        with os.fdopen(reader, "rb", closefd=False) as report:
            return report.read()
    finally:
        os.close(reader)
