# SPDX-License-Identifier: Apache-2.0
"""From options to a running broker: takes the lock, opens the line, serves."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
import sys
from collections.abc import Callable

from phosphene.errors import LineError, PhospheneError
from phosphene.line.broker import failure
from phosphene.line.broker.launch import READY, BrokerOptions
from phosphene.line.broker.owned_link import OwnedLink
from phosphene.line.broker.rendezvous import Rendezvous
from phosphene.line.broker.server import IDLE_S, Broker
from phosphene.line.faults import FaultPlan

_LOG_MAX = 65536


async def serve(port: str, options: BrokerOptions, ready: Callable[[], None]) -> None:
    """Be the broker of `port` until a signal, a client or idleness ends it; call `ready` when clients may attach.

    Raises PortBusy when the port has a broker or another owner, BoardNotFound, ConfigError for a wrong fault plan.
    """
    rendezvous = Rendezvous(port)
    with rendezvous.held():
        faults = FaultPlan.load(options.faults) if options.faults else None
        link = await OwnedLink.open(port, baud=options.baud, rtscts=options.rtscts, faults=faults)
        idle_s = IDLE_S if options.idle_s is None else options.idle_s
        broker = Broker(link, rendezvous, stay=options.stay, idle_s=idle_s)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, broker.stop, f"it was stopped by {signal.Signals(number).name}")
        await broker.serve(ready)


def run(port: str, options: BrokerOptions, ready_fd: int | None) -> int:
    """Serve as a process of its own; return the exit code. `ready_fd` hears that all is well, or why not."""
    _begin_log()
    report = _Report(port, ready_fd)
    try:
        asyncio.run(serve(port, options, report.ready))
    except PhospheneError as error:
        report.failed(error)
        return 1
    return 0


class _Report:
    """Tells whoever started the broker, once, how that went."""

    def __init__(self, port: str, fd: int | None) -> None:
        self._port = port
        self._fd = fd

    def ready(self) -> None:
        logging.info("broker of %s: process %d", self._port, os.getpid())
        self._say(READY)

    def failed(self, error: PhospheneError) -> None:
        logging.error("error: %s", error)
        line_error = error if isinstance(error, LineError) else LineError(error.message, place=error.place)
        self._say(failure.pack(line_error))

    def _say(self, what: bytes) -> None:
        if self._fd is not None:
            os.write(self._fd, what)
            os.close(self._fd)
            self._fd = None


def _begin_log() -> None:
    """Log to stderr; where that is a file that has grown long, begin it anew."""
    log = os.fstat(sys.stderr.fileno())
    if stat.S_ISREG(log.st_mode) and log.st_size > _LOG_MAX:
        os.ftruncate(sys.stderr.fileno(), 0)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
