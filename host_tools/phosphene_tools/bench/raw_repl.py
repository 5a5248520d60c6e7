# SPDX-License-Identifier: Apache-2.0
"""The peer of the link bench: MicroPython's raw REPL, driven by mpremote's own transport."""

from __future__ import annotations

import time
from typing import Any

from phosphene.errors import ConfigError

MAINTENANCE_S = 1.0
"""From the call that asks for maintenance until the REPL is surely there."""


def open_raw_repl(port: str) -> Any:
    """A session of mpremote's transport in the raw REPL at `port`.

    Raises:
        ConfigError: mpremote is not installed.
    """
    try:
        from mpremote.transport_serial import SerialTransport  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise ConfigError(
            "the raw REPL is compared through mpremote, which is not installed",
            cure="pip install 'phosphene[flash]', or make setup",
        ) from None
    transport: Any = SerialTransport(port, 115200)
    transport.enter_raw_repl(soft_reset=False)
    return transport


def calls_per_second(port: str, calls: int) -> float:
    """The bench's no-op, eight bytes there and back, so many times over the raw REPL."""
    transport = open_raw_repl(port)
    try:
        transport.exec("def echo(data): return data")
        began = time.perf_counter()
        for _ in range(calls):
            answer = transport.exec("print(echo('12345678'))")
            if answer.strip() != b"12345678":
                raise AssertionError(f"the raw REPL answered {answer!r}")
        return calls / (time.perf_counter() - began)
    finally:
        transport.close()
