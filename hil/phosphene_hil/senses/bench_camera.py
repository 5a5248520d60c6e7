# SPDX-License-Identifier: Apache-2.0
"""A camera on the network that shows the test pattern: a live one, with a real driver, whose plug can be pulled."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import threading
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from PIL import Image

from phosphene.sensors.pattern import draw
from phosphene_hil.senses.plug import UnderTest

WIDTH, HEIGHT = 320, 240
RATE_HZ: Final = 25.0
"""As FFmpeg takes a stream of JPEGs to be, which names no rate."""
_BOUNDARY: Final = "picture"


def missing() -> str:
    """Say what such a camera lacks here, or nothing."""
    return "" if importlib.util.find_spec("cv2") else 'OpenCV: pip install "phosphene[camera]"'


class PatternStream:
    """Serves JPEGs of the test pattern at http://127.0.0.1, numbered on over a pulled plug. See Plug."""

    def __init__(self) -> None:
        self._number = 0
        self._numbering = threading.Lock()
        self._port = 0
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.put_back()

    @property
    def address(self) -> str:
        """What `--camera` takes."""
        return f"http://127.0.0.1:{self._port}/pattern.mjpg"

    def put_back(self) -> None:
        """See Plug."""
        assert self._server is None, "it is plugged in"
        self._server = _Server(("127.0.0.1", self._port), self._next)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """See Plug: the streams that run break off, and nobody answers any more."""
        server, self._server = self._server, None
        assert server is not None, "it was pulled already"
        server.pulled.set()
        server.shutdown()
        server.server_close()  # waits for the streams, which have seen it
        assert self._thread is not None
        self._thread.join()

    def _next(self) -> bytes:
        with self._numbering:
            number, self._number = self._number, self._number + 1
        packed = io.BytesIO()
        Image.fromarray(draw(number, WIDTH, HEIGHT)).save(packed, "JPEG", quality=90)
        return packed.getvalue()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them

    def __init__(self, address: tuple[str, int], picture: Callable[[], bytes]) -> None:
        self.picture = picture
        self.pulled = threading.Event()
        super().__init__(address, _Stream)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a reader that leaves is no fault."""


class _Stream(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.end_headers()
        while not server.pulled.wait(1 / RATE_HZ):
            jpeg = server.picture()
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            self.wfile.write(head.encode() + jpeg + b"\r\n")

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


@contextlib.contextmanager
def camera() -> Generator[UnderTest]:
    """Run such a camera; without OpenCV, the test pattern of this process, which nobody can unplug."""
    if missing():
        yield UnderTest("test")
        return
    stream = PatternStream()
    try:
        yield UnderTest(stream.address, stream)
    finally:
        with contextlib.suppress(AssertionError):  # a test that failed has left it pulled
            stream.pull()
