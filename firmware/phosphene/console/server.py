# SPDX-License-Identifier: Apache-2.0
"""The console's server: one page, a WebSocket for the screen and one for the senses, on 127.0.0.1 unless protected."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import socket
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from phosphene.accelerators.inference import Inference
from phosphene.console.access import Access, Guard
from phosphene.console.messages import LARGEST_MESSAGE
from phosphene.console.screen import Screen
from phosphene.console.senses_messages import LARGEST_PICTURE
from phosphene.console.senses_page import SensesSocket, no_senses
from phosphene.console.sensing import Sensing
from phosphene.console.viewer import Person, Viewer
from phosphene.errors import ConfigError, PhospheneError

PORT: Final = 8460
_PAGE: Final = Path(__file__).with_name("page")
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES: Final = {"/": (_PAGE / "index.html", "text/html")} | {
    f"/{file.name}": (file, _TYPES[file.suffix]) for file in sorted(_PAGE.iterdir()) if file.suffix in _TYPES
}
_SHORTEST_TOKEN: Final = 16


@dataclass(frozen=True, slots=True)
class Where:
    """Where the console listens. Port 0 is any that is free. `names` are further host names that it answers to."""

    host: str = "127.0.0.1"
    port: int = PORT
    token: str = ""
    certificate: Path | None = None
    key: Path | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise ConfigError("a TLS certificate needs its key, and the key its certificate", place="console")
        for file in (self.certificate, self.key):
            if file is not None and not file.is_file():
                raise ConfigError(f"there is no file {file}", place="console, TLS", cure="name a PEM file")
        if self.token and len(self.token) < _SHORTEST_TOKEN:
            cure = f"use at least {_SHORTEST_TOKEN} characters"
            raise ConfigError("the token is too short to be a secret", place="console", cure=cure)
        if not self.loopback and not (self.token and self.certificate):
            raise ConfigError(
                f"{self.host} can be reached by others, and so wants a token and TLS",
                place="console",
                cure="listen on 127.0.0.1, or give a token, a certificate and its key",
            )

    @property
    def loopback(self) -> bool:
        """Whether only this computer can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def application(
    screen: Screen,
    person: Person,
    access: Access,
    sensing: Sensing | None = None,
    inference: Inference | None = None,
) -> Starlette:
    """Return the page and its WebSockets, behind the guard."""

    async def file(request: Request) -> Response:
        path, media_type = _FILES[request.url.path]
        return FileResponse(path, media_type=media_type)

    async def view(socket: WebSocket) -> None:
        await Viewer(socket, screen, person, inference).serve()

    async def sense(socket: WebSocket) -> None:
        await (SensesSocket(socket, sensing).serve() if sensing else no_senses(socket))

    sockets = [WebSocketRoute("/screen", view), WebSocketRoute("/senses", sense)]
    return Starlette(
        routes=[*(Route(path, file) for path in _FILES), *sockets],
        middleware=[Middleware(Guard, access=access)],
    )


@contextlib.asynccontextmanager
async def serving(
    where: Where,
    screen: Screen,
    person: Person,
    sensing: Sensing | None = None,
    inference: Inference | None = None,
) -> AsyncGenerator[str]:
    """Serve for as long as the context lasts; yields the address to open.

    Without `sensing` the page has no senses; without `inference` it doesn't say what the networks run on.

    Raises ConfigError when the port is taken or the address isn't this computer's.
    """
    with _listener(where) as listener:
        port = listener.getsockname()[1]
        access = Access(_authorities(where, port), where.certificate is not None, where.token)
        config = uvicorn.Config(
            application(screen, person, access, sensing, inference),
            ws_per_message_deflate=False,
            ws_max_size=LARGEST_PICTURE + 4 * LARGEST_MESSAGE,
            ssl_certfile=where.certificate,
            ssl_keyfile=where.key,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:
                if running.done():
                    running.result()
                    raise PhospheneError("the console's server did not start", place=f"port {port}")
                await asyncio.sleep(0.005)
            shown = f"[{where.host}]" if ":" in where.host else where.host
            yield f"{'https' if access.tls else 'http'}://{shown}:{port}/"
        finally:
            server.should_exit = True
            await running


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _authorities(where: Where, port: int) -> frozenset[str]:
    hosts = {f"[{where.host}]" if ":" in where.host else where.host, *where.names}
    if where.loopback:
        hosts |= {"127.0.0.1", "localhost", "[::1]"}
    standard = 443 if where.certificate else 80
    named = {f"{host}:{port}".lower() for host in hosts}
    return frozenset(named | {host.lower() for host in hosts} if port == standard else named)


def _listener(where: Where) -> socket.socket:
    """Return a listening socket. Bound here and not by the server, so that a taken port is an error of ours."""
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((where.host, where.port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        place = f"console, {where.host} port {where.port}"
        if error.errno == errno.EADDRINUSE:
            cure = "end the program that has it, or choose another: --console-port N (0: any that is free)"
            raise ConfigError("the port is taken", place=place, cure=cure) from None
        raise ConfigError(f"can't listen: {error.strerror or error}", place=place, cure="check the address") from None
    listener.setblocking(False)
    return listener
