# SPDX-License-Identifier: Apache-2.0
"""Serves a board's line and REPL over TCP, for a bench on another machine: `phosphene hil serve`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import stat
import sys
from functools import partial

from phosphene.errors import BoardNotFound, ConfigError
from phosphene.line.transport import open_transport
from phosphene_hil.bridge import Bridge
from phosphene_hil.locks import BoardLock
from phosphene_hil.simulated import SimulatedBoard
from phosphene_tools import ports
from phosphene_tools.boards import load_rig
from phosphene_tools.ports import RigPort

_LOOK_S = 0.2
_GONE_S = 10.0
"""A board whose port stays away for so long will not come back by itself."""


async def serve(rig: str, *, port: str = "", repl: str = "", host: str, seed: int | None = None) -> None:
    """Serve a simulated board of `rig`, which lives as long as this, or the real one that is found or is at `port`.

    Says the TCP ports on standard output as one JSON object (``port``, ``repl_port``; 0 where there is none), and ends
    at a signal, or when its input, if that is a pipe, ends: with who started it.

    Raises BoardNotFound (also when the board stays away), PortAmbiguous, RigBlocked, SimError;
    ConfigError when nobody can listen at `host`.
    """
    wired = load_rig(rig)
    async with contextlib.AsyncExitStack() as undo:
        if wired.mcu.simulated and not port:
            board = await SimulatedBoard.start(wired, seed=seed)
            undo.push_async_callback(board.close)
            where = RigPort(board.port, wired.name, board.baud, board.rtscts, board.repl)
        else:
            where = ports.resolve(port, str(wired.path), repl=repl)
            undo.callback(BoardLock.take(wired.name, where.line).give_back)
        bridges: list[Bridge] = []
        for path in filter(None, (where.line, where.repl)):
            opening = partial(open_transport, path, baud=where.baud, rtscts=where.rtscts and path == where.line)
            bridge = Bridge(path, opening, host)
            undo.callback(bridge.close)
            try:
                await bridge.listen()
            except OSError as error:
                raise ConfigError(f"nobody can listen there: {error.strerror}", place=host) from error
            bridges.append(bridge)
        print(json.dumps({"port": bridges[0].number, "repl_port": bridges[1].number if bridges[1:] else 0}), flush=True)
        ended = asyncio.ensure_future(_ended())
        away_s = 0.0
        while not ended.done():
            await asyncio.wait([ended], timeout=_LOOK_S)
            for bridge in bridges:
                await bridge.follow()
            away_s = 0.0 if bridges[0].is_there else away_s + _LOOK_S
            if away_s > _GONE_S:
                raise BoardNotFound(f"{bridges[0].path} is away for {_GONE_S:g} s", place=f"rig {wired.name}")


async def _ended() -> None:
    """Wait for the end of the input, or a signal."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    if not stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        await over.wait()  # a person's terminal, or nothing at all
        return
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    read = asyncio.ensure_future(reader.read(-1))
    read.add_done_callback(lambda _: over.set())
    await over.wait()
    read.cancel()
    transport.close()
