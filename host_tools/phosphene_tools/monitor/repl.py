# SPDX-License-Identifier: Apache-2.0
"""REPL pass-through: the board disarms and hands its interpreter to the keyboard; leaving it starts the firmware."""

from __future__ import annotations

import asyncio
import contextlib
import sys

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.line.events import LinkState
from phosphene.line.transport import Transport, open_transport
from phosphene_tools.monitor.keyboard import LEAVE, RawTerminal
from phosphene_tools.monitor.palette import Fragment, ansi, text_of
from phosphene_tools.monitor.terminal import colour
from phosphene_tools.monitor.values import printable
from phosphene_tools.monitor.watch import Watch

MENU = b"\x14"  # Ctrl-T
# Out of whatever runs or is half typed, out of raw mode, soft reset: main.py begins again.
_RESTART = (b"\x03", b"\x03", b"\x02", b"\x04")
_PAUSE_S = 0.1
_UP_AGAIN_S = 4.0
_TRIES = 3
_MENU = "b back to the frames   t send Ctrl-T   ] send Ctrl-]   any other key: go on"


async def use_repl(watch: Watch) -> list[Fragment]:
    """Take the board into maintenance, bridge keyboard and REPL until Ctrl-], start the firmware again.

    Returns one line that says how it ended. Nothing was changed when the board refused.
    """
    mcu = watch.mcu
    if mcu is None:
        return [("error", "no broker: the board can't be asked for maintenance")]
    with RawTerminal() as terminal:
        try:
            if work := await watch.at_work():
                _print(terminal, [("trouble", f"{printable(work)}; the REPL stops it. y to go on")])
                if await terminal.key() not in (b"y", b"Y"):
                    return [("note", "the board was left at work")]
            return await _bridge(watch, mcu, terminal)
        except LineError as error:
            return [("error", str(error))]


async def _bridge(watch: Watch, mcu: Coprocessor, terminal: RawTerminal) -> list[Fragment]:
    """Raises LineError when the port can't be opened or the board refuses."""
    transport = await open_transport(watch.port.repl, exclusive=False)
    lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    try:
        transport.start(terminal.write, lost.set_result)
        _print(
            terminal,
            [("note", f"REPL of {watch.port.name or watch.port.repl}: Ctrl-] back to the frames, Ctrl-T menu")],
        )
        boot_id = mcu.hello.boot_id
        await mcu.call("board.disarm", maintenance=True)
        watch.tell("maintenance: outputs are safe, the REPL has the board")
        await _converse(terminal, transport, lost)
        if lost.done():
            return [("trouble", f"the REPL's port is gone: {lost.result()}")]
        _print(terminal, [("note", "\r\nstarting the firmware again …")])
        return await _restart(transport, mcu, boot_id)
    finally:
        transport.close()


async def _converse(terminal: RawTerminal, transport: Transport, lost: asyncio.Future[str]) -> None:
    """Hand keys on until Ctrl-], or until the port is gone."""
    while not lost.done():
        key = asyncio.ensure_future(terminal.key())
        await asyncio.wait((key, lost), return_when=asyncio.FIRST_COMPLETED)
        if not key.done():
            key.cancel()
            return
        data = key.result()
        before, leave, _ = data.partition(LEAVE)
        if MENU in before:
            before, _, after = before.partition(MENU)
            leave = await _menu(terminal, transport) + leave
            before += after
        transport.write(before)
        if leave:
            return


async def _menu(terminal: RawTerminal, transport: Transport) -> bytes:
    """Ask what to do; return LEAVE to leave."""
    _print(terminal, [("note", f"\r\n{_MENU}")])
    chosen = (await terminal.key())[:1]
    if chosen in (b"t", MENU):
        transport.write(MENU)
    elif chosen in (b"]", LEAVE):
        transport.write(LEAVE)
    return LEAVE if chosen == b"b" else b""


async def _restart(transport: Transport, mcu: Coprocessor, boot_id: int) -> list[Fragment]:
    """Start the firmware and wait until it answers under another boot id than the one that went to the REPL."""

    def runs() -> bool:
        return mcu.state is LinkState.UP and mcu.hello.boot_id != boot_id

    # A busy interpreter may swallow keys, so this may need more than one try.
    for _ in range(_TRIES):
        for keys in () if runs() else _RESTART:
            transport.write(keys)
            await asyncio.sleep(_PAUSE_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_UP_AGAIN_S):
                while not runs():
                    await asyncio.sleep(_PAUSE_S)
                return [("good", "the firmware runs again")]
    return [("error", f"the firmware did not start again — {mcu.hello.board} — reset the board")]


def _print(terminal: RawTerminal, line: list[Fragment]) -> None:
    write = ansi if colour(sys.stdout) else text_of
    terminal.write(f"{write(line)}\r\n".encode())
