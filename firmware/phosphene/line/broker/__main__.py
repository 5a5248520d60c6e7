# SPDX-License-Identifier: Apache-2.0
"""`python -m phosphene.line.broker --port …`: the broker as a process, as clients start it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main() -> int:
    """Run a broker until it is stopped or idle; exit code 1 when it can't."""
    asked = _arguments().parse_args()
    if asked.detach:
        # The client that starts a broker must be able to die without taking it along, and need not reap it.
        if os.fork():
            os._exit(0)
        os.setsid()
    # Imported after the fork: its parent waits for as little as possible.
    from phosphene.line.broker.launch import BrokerOptions
    from phosphene.line.broker.run import run

    options = BrokerOptions(
        baud=asked.baud, rtscts=asked.rtscts, faults=asked.faults, stay=asked.stay, idle_s=asked.idle
    )
    return run(asked.port, options, asked.ready_fd)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m phosphene.line.broker", description="Own a port and share it.")
    parser.add_argument("--port", required=True, help="device path, id:…, socket://… or rfc2217://…")
    parser.add_argument("--baud", type=int, default=921600, help="bits per second of a UART (default: %(default)s)")
    parser.add_argument("--rtscts", action="store_true", help="flow control by RTS and CTS")
    parser.add_argument("--faults", type=Path, metavar="PLAN", help="inject the faults of this TOML plan")
    parser.add_argument("--stay", action="store_true", help="go on when the last client has left")
    parser.add_argument("--idle", type=float, metavar="S", help="seconds without a client after which it ends")
    parser.add_argument("--detach", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
