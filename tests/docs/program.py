# SPDX-License-Identifier: Apache-2.0
"""A program that runs beside the test until it is interrupted; what it prints is read as it comes."""

from __future__ import annotations

import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

HANGS_S = 120


class Program:
    """`call` in the folder `cwd`. Must be ended by `interrupt`."""

    def __init__(self, call: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            call,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def until(self, wanted: re.Pattern[str]) -> str:
        """Wait until it has printed what `wanted` finds; return what it did instead, or nothing."""
        with self._news:
            there = self._news.wait_for(lambda: self._ended or wanted.search(self.said), HANGS_S)
            if wanted.search(self.said):
                return ""
            return f"{'ended' if there else 'hangs'}, having said:\n{self.said}"

    def interrupt(self) -> str:
        """End it as Ctrl-C does; return what went wrong, or nothing."""
        self._process.send_signal(signal.SIGINT)
        try:
            status = self._process.wait(HANGS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return f"Ctrl-C does not end it; it said:\n{self.said}"
        self._reader.join(HANGS_S)
        return "" if status == 0 else f"ended by Ctrl-C with {status}, having said:\n{self.said}"

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                with self._news:
                    self.said += line
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()
