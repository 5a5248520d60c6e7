# SPDX-License-Identifier: Apache-2.0
"""labgrid's exporter with one more resource class, PhospheneBoard; run by the Python that labgrid is installed in.

    bench-1:
      PhospheneBoard:
        rig: laptop-pico      # the rig, as `phosphene boards list` names it
        port: id:E6616408     # left out for a simulated board, or where there is only one

While a place has the board, `phosphene hil serve` brings its ports to TCP. That program lives in an environment of
its own; its command line comes in PHOSPHENE_SERVE. `phosphene hil export` starts all this.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
from typing import Any

import attr  # pyright: ignore[reportMissingImports]
from labgrid.remote import exporter  # pyright: ignore[reportMissingImports]

_END_S = 10.0


class _Here:
    """What labgrid's exporter asks of a resource that is plugged into this machine."""

    def __init__(self) -> None:
        self.avail = True

    def poll(self) -> None:
        """Nothing to look for: whether the board is there is known when it is served."""


@attr.s(eq=False)  # pyright: ignore[reportUntypedClassDecorator]
class PhospheneBoardExport(exporter.ResourceExport):  # pyright: ignore[reportUntypedBaseClass]
    """A board whose ports are served over TCP while somebody has it. `port` is 0 until they are."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.local = _Here()
        self._wanted = False
        self._child: subprocess.Popen[bytes] | None = None
        self._leaving: subprocess.Popen[bytes] | None = None
        self._kill_at = 0.0
        self._said = b""
        self._ports: dict[str, int] = {"port": 0, "repl_port": 0}

    def _get_params(self) -> dict[str, Any]:
        return {"host": self.host, "rig": self.local_params["rig"], **self._ports}

    def _start(self, start_params: dict[str, Any]) -> None:
        self._wanted = True  # `poll` does it: nothing here may take long, the coordinator waits

    def _stop(self, start_params: dict[str, Any]) -> None:
        self._wanted = False
        self._ports = {"port": 0, "repl_port": 0}
        if self._child is not None:
            assert self._child.stdin is not None
            self._child.stdin.close()
            self._leaving, self._child = self._child, None
            self._kill_at = time.monotonic() + _END_S

    def _serve(self) -> None:
        command = [*json.loads(os.environ["PHOSPHENE_SERVE"]), "--listen", self.host]
        for key in ("rig", "port", "repl"):
            if value := self.local_params.get(key):
                command += [f"--{key}", str(value)]
        # Its input is a pipe: however this process ends, that one notices.
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._child.stdout is not None
        os.set_blocking(self._child.stdout.fileno(), False)
        self._said = b""

    def poll(self) -> bool:
        """See ResourceExport: called four times a second."""
        if self._leaving is not None and self._leaving.poll() is not None:
            self._leaving = None
        elif self._leaving is not None and time.monotonic() > self._kill_at:
            self._leaving.kill()
        if self._child is None:
            self.local.avail = True
            if self._wanted and self._leaving is None:  # one at a time has the board
                self._serve()
        elif self._child.poll() is not None:
            self.local.avail = False  # its board is gone; labgrid stops it and tells who has it
        elif not self._ports["port"]:
            assert self._child.stdout is not None
            self._said += self._child.stdout.read() or b""
            with contextlib.suppress(ValueError):
                self._ports = {key: int(json.loads(self._said)[key]) for key in self._ports}
        return bool(super().poll())


exporter.exports["PhospheneBoard"] = PhospheneBoardExport

if __name__ == "__main__":
    exporter.main()
