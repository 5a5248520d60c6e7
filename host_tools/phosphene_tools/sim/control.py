# SPDX-License-Identifier: Apache-2.0
"""The control socket of a simulated board: one line of JSON per request, one per answer.

Request: ``{"id": 1, "verb": "reset", "arguments": {"cause": "pin"}}``. Answer:
``{"id": 1, "value": null}`` or ``{"id": 1, "error": {"message": …, "place": …, "cure": …}}``.
Requests of one connection are answered in their order.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import os
import socket
import stat
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from phosphene.errors import PhospheneError
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.verbs import Verb, Verbs, table

_PLACE = "control socket"
_LONGEST_REQUEST = 1 << 20


class ControlServer:
    """Serves one board."""

    def __init__(self, board: SimBoard, path: Path) -> None:
        self.path = path
        self._verbs = Verbs(board)
        self._table = table(self._verbs)
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen, for this user only. Raises SimError when the path is taken or can't be made."""
        _make_room(self.path)
        try:
            listening = _private_socket(self.path)
            self._server = await asyncio.start_unix_server(self._accept, sock=listening, limit=_LONGEST_REQUEST)
        except OSError as error:
            raise SimError(
                f"no control socket can be made: {error.strerror or error}",
                place=str(self.path),
                cure="choose a shorter path in a folder that you may write, with --control PATH",
            ) from error

    async def close(self) -> None:
        """Stop; clients read end-of-file."""
        self._verbs.close()
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for client in tuple(self._clients):
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        await server.wait_closed()
        self.path.unlink(missing_ok=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, ValueError):  # ValueError: a line without end
                while line := await reader.readline():
                    writer.write(json.dumps(await answer(self._table, line)).encode() + b"\n")
                    await writer.drain()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def answer(verbs: Mapping[str, Verb], line: bytes) -> dict[str, Any]:
    """Carry one request out and return its answer; whatever is wrong with it comes back as an error."""
    number: Any = None
    try:
        try:
            request = json.loads(line)
        except ValueError as error:
            raise SimError("the request is not JSON", place=_PLACE, cure="one JSON object per line") from error
        if not isinstance(request, dict) or not isinstance(request.get("arguments", {}), dict):
            raise SimError("the request is not an object", place=_PLACE, cure='{"id": 1, "verb": …, "arguments": {…}}')
        number = request.get("id")
        return {"id": number, "value": await _call(verbs, str(request.get("verb")), request.get("arguments", {}))}
    except PhospheneError as error:
        return {"id": number, "error": {"message": error.message, "place": error.place, "cure": error.cure}}


async def _call(verbs: Mapping[str, Verb], name: str, arguments: dict[str, Any]) -> Any:
    verb = verbs.get(name)
    if verb is None:
        near = get_close_matches(name, verbs, 1)
        cure = f"did you mean {near[0]}?" if near else f"verbs are {', '.join(verbs)}"
        raise SimError(f"no verb {name!r}", place=_PLACE, cure=cure)
    signature = inspect.signature(verb)
    try:
        bound = signature.bind(**arguments)
        return await verb(*bound.args, **bound.kwargs)
    except (TypeError, ValueError) as error:
        raise SimError(str(error), place=f"{_PLACE}, {name}", cure=f"arguments are {signature}") from error


def _private_socket(path: Path) -> socket.socket:
    """A socket that only this user reaches. The umask is the whole process's: two boards that begin would mix it up."""
    listening = socket.socket(socket.AF_UNIX)
    try:
        with contextlib.suppress(OSError):  # on Linux bind makes the file with the socket's mode; elsewhere it has none
            os.fchmod(listening.fileno(), 0o600)
        listening.bind(str(path))
        path.chmod(0o600)
    except OSError:
        listening.close()
        raise
    return listening


def _make_room(path: Path) -> None:
    """Remove a socket that nobody listens on any more; leave anything else alone."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SimError("there is something else already", place=str(path), cure="choose another --control PATH")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise SimError("another simulated board listens there", place=str(path), cure="choose another --control PATH")
