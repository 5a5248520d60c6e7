# SPDX-License-Identifier: Apache-2.0
"""Bytes to and from a port, whatever kind of port it is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from phosphene.errors import BoardNotFound, LinkLost, PortBusy

OnData = Callable[[bytes], None]
OnLost = Callable[[str], None]


class Transport(Protocol):
    """An open port. Its callbacks run in the event loop that opened it."""

    seconds_per_byte: float
    """What a byte takes on the wire, as far as it is known to matter; 0 for USB, pseudo terminals of
    unknown speed and networks."""

    def start(self, on_data: OnData, on_lost: OnLost) -> None:
        """Begin to deliver what comes; `on_lost` is called once, with the reason, when the port fails."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes, or keep what the port does not take yet. Never blocks, never raises."""
        ...

    def cut(self) -> None:
        """Drop everything that has not left yet, in the middle of a frame if need be."""
        ...

    @property
    def backlog(self) -> int:
        """Bytes written that the port has not taken yet."""
        ...

    def close(self) -> None:
        """Give the port back. `on_lost` is not called for it."""
        ...


async def open_transport(port: str, *, baud: int = 921600, rtscts: bool = False, exclusive: bool = True) -> Transport:
    """Open `port` and return its transport, not started.

    `port` is a device path, `id:` with a USB serial number or ``vid:pid`` in hex, ``socket://host:port``
    or ``rfc2217://host:port``. Raises BoardNotFound, PortAmbiguous, PortBusy, LinkLost.
    """
    from phosphene.line.ports import resolve

    device = resolve(port) if port.startswith("id:") else port
    if device.startswith("socket://"):
        return await _open_socket(device)
    if "://" in device or os.name == "nt":  # Windows' event loop can't watch a serial port
        from phosphene.line.thread_transport import ThreadTransport

        return await ThreadTransport.open(device, baud=baud, rtscts=rtscts)
    return _open_device(device, baud=baud, rtscts=rtscts, exclusive=exclusive)


def _open_device(device: str, *, baud: int, rtscts: bool, exclusive: bool) -> Transport:
    import termios

    import serial

    from phosphene.line.fd_transport import FdTransport

    # A USB device does not care about the baud rate: the bytes take what USB takes.
    usb = "ttyACM" in device or "usbmodem" in device
    try:
        handle = serial.Serial(device, baud, timeout=0, write_timeout=0, rtscts=rtscts, exclusive=exclusive or None)
        return FdTransport(handle.fileno(), handle.close, device, 0.0 if usb else 10.0 / baud, is_tty=True)
    except (serial.SerialException, OSError, ValueError, termios.error) as error:
        raise _why(device, error) from error


def _why(device: str, error: Exception) -> BoardNotFound | PortBusy | LinkLost:
    """Return the error that tells why a device could not be opened."""
    import errno

    from phosphene.line.ports import describe

    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return BoardNotFound(f"there is no port {device}", cure=describe())
    if number in (errno.EAGAIN, errno.EBUSY) or "exclusively lock" in str(error):
        return PortBusy(
            f"another program has {device} open",
            cure="attach to the broker that owns it, or close a serial terminal; ModemManager probes new ports too",
        )
    if number in (errno.EACCES, errno.EPERM):
        return LinkLost(
            f"no permission to open {device}",
            cure="install the udev rule of your rig, or join the group that owns the port (often `dialout`)",
        )
    return LinkLost(f"{device} can't be opened: {error}", cure="look at cable and power")


async def _open_socket(url: str) -> Transport:
    import socket

    from phosphene.line.fd_transport import FdTransport

    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or port is None:
        raise BoardNotFound(f"{url} is not an address", cure="write socket://HOST:PORT")
    connection = socket.socket()
    connection.setblocking(False)
    try:
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, family=socket.AF_INET, type=socket.SOCK_STREAM)
        await asyncio.wait_for(loop.sock_connect(connection, infos[0][4]), 3.0)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, TimeoutError) as error:
        connection.close()
        raise BoardNotFound(f"nobody answers at {url}: {error}", cure="is the server there running?") from error
    return FdTransport(connection.fileno(), connection.close, url, 0.0, is_tty=False)
