# SPDX-License-Identifier: Apache-2.0
"""The first installation, over MicroPython's REPL: the boot stub and a version, on a board that may have no firmware.

mpremote's transport does the talking. The code that judges and writes on the board is the firmware's `installing.py`,
the same that serves updates over the line.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from types import TracebackType
from typing import Any, Self, TypeVar

from phosphene_tools import places
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.board_side import Found
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.flash.repl_code import IMPORT, PREPARE, STATE
from phosphene_tools.flash.slot_image import stub_files

T = TypeVar("T")

_HELPERS = ("judging.py", "installing.py")  # lie on the board while it installs
_ERROR = re.compile(r"^(\w+(?:\.\w+)*): ?(.*)$")


class OverRepl:
    """A board whose interpreter waits at its prompt, or will at Ctrl-C. A context manager: it holds the port."""

    def __init__(self, port: str, root: str, board: str) -> None:
        """`root` holds the slots, with its slash; `board` is the rig's name."""
        self._port = port
        self._root = root
        self._board = board
        self._transport: Any = None

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._open)
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            await asyncio.to_thread(transport.close)

    def _open(self) -> None:
        try:
            from mpremote.transport import TransportError
            from mpremote.transport_serial import SerialTransport
        except ImportError as error:
            raise FlashError("mpremote is not installed", cure="pip install 'phosphene[flash]'") from error
        try:
            self._transport = SerialTransport(self._port, 115200, exclusive=not self._port.startswith("/dev/pts/"))
            # Not a soft reset: the watchdog, once armed, is fed by a timer of the interpreter as it is.
            self._transport.enter_raw_repl(soft_reset=False)
            self._exec(PREPARE)
        except (TransportError, OSError) as error:
            self._close_quietly()
            cure = "end the program that has it, or plug the board in again; on a bare board put MicroPython first"
            raise FlashError(f"no MicroPython answers: {error}", place=self._port, cure=cure) from error

    def _close_quietly(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def state(self) -> tuple[Abi, str, int, str]:
        """Return ABI, interpreter version, free KiB, and the file system's kind (empty when it does not tell)."""
        code = STATE.format(root=self._root, folder=self._root.rstrip("/") or "/")
        told = (await self._do(f"try:\n    import vfs\nexcept ImportError:\n    pass\n{code}")).decode().strip()
        version, native, architecture, interpreter, free, kind, _ = _literal(told)
        return Abi(version, native, architecture), interpreter, free, kind

    async def install_stub(self) -> int:
        """Put the boot stub on the board where it is not there yet; returns how many files were written."""
        written = 0
        for name, content in stub_files().items():
            written += await self._put(name, content)
        return written

    async def begin(self) -> str:
        """See BoardSide."""
        for name in _HELPERS:
            await self._put(name, (places.coprocessor() / name).read_bytes())
        folder = self._root.rstrip("/") or "/"
        await self._do(IMPORT.format(root=self._root, folder=folder, board=self._board))
        await self._do("_run(_i.begin())")
        return (await self._do("print(_i.slot)")).decode().strip()

    async def write(self, name: str, offset: int, data: bytes) -> None:
        """See BoardSide."""
        await self._do(f"_i.write({name!r}, {offset}, _b({base64.b64encode(data)!r}))")

    async def check(self, signature: bytes) -> Found:
        """See BoardSide."""
        await self._do(f"_run(_i.check(_b({base64.b64encode(signature)!r})))")
        told = await self._do("print(repr((_i.kept, _i.copied, sorted(_i.missing))))")
        kept, copied, missing = _literal(told.decode())
        return Found(kept, copied, tuple(missing))

    async def seal(self) -> None:
        """See BoardSide."""
        await self._do("_run(_i.seal())")
        for name in _HELPERS:
            await self._do(f"os.remove({self._root + name!r})")

    async def restart(self) -> None:
        """See BoardSide."""
        await asyncio.to_thread(self._reset)

    def _reset(self) -> None:
        # No answer comes: the interpreter that would give it is gone.
        self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
        time.sleep(0.1)

    async def _put(self, name: str, content: bytes) -> int:
        """Write a file below the root unless it is there; returns how many were written, 0 or 1."""
        import hashlib

        path, digest = self._root + name, hashlib.sha256(content).hexdigest().encode()
        if (await self._do(f"print(_same({path!r}, {digest!r}))")).strip() == b"True":
            return 0
        for at in range(0, len(content), 1024):
            piece, last = base64.b64encode(content[at : at + 1024]), at + 1024 >= len(content)
            await self._do(f"_put({path!r}, _b({piece!r}), {at}, {last})")
        if (await self._do(f"print(_same({path!r}, {digest!r}))")).strip() != b"True":
            raise FlashError(f"{name} reads back otherwise than it was written", place=self._port, cure="try again")
        return 1

    async def _do(self, code: str) -> bytes:
        return await asyncio.to_thread(self._exec, code)

    def _exec(self, code: str) -> bytes:
        from mpremote.transport import TransportError, TransportExecError

        try:
            return self._transport.exec(code)
        except TransportExecError as error:
            raise self._said(str(error.error_output)) from error
        except (TransportError, OSError) as error:
            raise FlashError(f"the REPL went silent: {error}", place=self._port, cure="flash it again") from error

    def _said(self, traceback: str) -> FlashError:
        lines = [line for line in traceback.strip().splitlines() if line.strip()]
        last = _ERROR.match(lines[-1].strip()) if lines else None
        kind, text = (last[1], last[2]) if last else ("", traceback.strip())
        if kind == "OSError" and ("28" in text or "ENOSPC" in text):
            cure = "remove files of yours from the board, or erase its file system"
            return FlashError("the board's file system is full", place=self._port, cure=cure)
        what = text if kind in ("Unfit", "Refusal") else f"{kind}: {text}" if kind else text
        return FlashError(f"the board refuses: {what}", place=self._port)


def _literal(text: str) -> Any:
    import ast

    return ast.literal_eval(text.strip())
