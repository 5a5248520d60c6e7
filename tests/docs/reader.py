# SPDX-License-Identifier: Apache-2.0
"""A reader who follows a page: writes its files and runs its commands in their order, in folders of their own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest.mock import patch

from phosphene.line.broker.rendezvous import running
from tests.console.running import Page, connected
from tests.docs.commands import Command, of, words
from tests.docs.given import BEFORE, BRINGS, STANDS_FOR
from tests.docs.left_out import why
from tests.docs.pages import ROOT, Fence, pages
from tests.docs.program import HANGS_S, Program
from tests.docs.shown import pattern

# What runs until Ctrl-C, and what it says when it is up. A board stays there for the commands below it on the page.
BOARDS = {"sim": re.compile(r"^Ctrl-C ends it", re.MULTILINE), "run": re.compile(r"^watch ", re.MULTILINE)}
WATCHERS = ("monitor", "sensors watch", "broker")
_ENVIRONMENT = threading.Lock()  # is this process's own; several readers may be at work
_SOMETHING = re.compile(r"\S")
# Beside `phosphene`, what a page may have its readers do to their own folders.
HARMLESS = ("echo", "head", "ls", "mkdir", "sed")
NEED_A_BOARD = ("call", "pulse", "monitor", "keys provision", "keys rotate", "keys grant arm", "flash", "broker")


class Reader:
    """One page, one reader. Nothing outside its own folders is read or written, and nothing goes on after it."""

    def __init__(self, page: str) -> None:
        self.page = page
        self._home = Path(tempfile.mkdtemp(prefix="ph-"))  # short, as the path of a socket must be
        self._desk = self._home / "desk"
        self._env = os.environ | {
            "HOME": str(self._home),
            "TMPDIR": str(self._home),
            "XDG_RUNTIME_DIR": str(self._home),
            "XDG_CACHE_HOME": str(self._home / "cache"),
            "XDG_CONFIG_HOME": str(self._home / "config"),
            "XDG_DATA_HOME": str(self._home / "data"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "BROWSER": "true",
            "NO_COLOR": "1",
            "OMP_NUM_THREADS": "1",
        }
        self._board: Program | None = None
        self._records = False

    def __enter__(self) -> Self:
        self._desk.mkdir()
        for ours in ("boards", "hil", "models_int8"):  # they stand in a checkout
            (self._desk / ours).symlink_to(ROOT / ours)
        for bring in BRINGS.get(self.page, ()):
            bring(self._desk)
        for line in BEFORE.get(self.page, ()):
            assert (said := self.do(Command(self.page, 0, line))) == "", said
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = self._end_board()
        self._end_brokers()
        shutil.rmtree(self._home)
        assert error or not left, left

    def steps(self) -> list[Command | Fence]:
        """Return what the page says is to be done here: files to write, commands to run."""
        (page,) = (page for page in pages() if page.name == self.page)
        found: list[Command | Fence] = []
        for fence in page.fences:
            if fence.file:
                found.append(fence)
            elif not fence.language:
                found += [command for command in of(fence) if not why(command)]
        return found

    def do(self, step: Command | Fence) -> str:
        """Do it; return what went otherwise than the page says, or nothing."""
        if isinstance(step, Fence):
            path = self._desk / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.content, encoding="utf-8")
            return ""
        said = self._command(step)
        return f"{step.place}: {step.plain}: {said}" if said else ""

    def _command(self, step: Command) -> str:
        program, *arguments = (STANDS_FOR.get(word, word) for word in words(step.plain))
        if program == "export":
            self._env |= dict(word.replace("…", "0123456789abcdef").split("=", 1) for word in arguments)
            return ""
        if program != "phosphene":
            if program not in HARMLESS or not {"&&", ";", "|"}.isdisjoint(arguments):
                return f"is not run: it isn't {', '.join(HARMLESS)}. What isn't commands says what it is, as ```text"
            return self._ended(["sh", "-c", step.plain], step.shown)
        call = [program, *arguments]
        needs_a_board = bool(_begins(arguments, NEED_A_BOARD))
        # What is recorded is whole when the run has ended.
        if (_begins(arguments, BOARDS) or (self._records and not needs_a_board)) and (left := self._end_board()):
            return f"what ran before it {left}"
        if needs_a_board and self._board is None and (said := self._start_board([program, "sim"], BOARDS["sim"])):
            return f"there is no board for it: {said}"
        if "--for" not in arguments:
            if up := _begins(arguments, BOARDS):
                if up == "run" and "--console-port" not in arguments:
                    call += ["--console-port", "0"]  # others may run beside this one
                said = self._start_board(call, pattern(step.shown, goes_on=True) if step.shown else BOARDS[up])
                self._records = "--record" in call
                return said or (self._look() if self._records else "")
            if _begins(arguments, WATCHERS):
                watcher = self._started(call)
                return watcher.until(_SOMETHING) or watcher.interrupt()
        return self._ended(call, step.shown)

    def _ended(self, call: list[str], shown: str | None) -> str:
        """Run a command that ends by itself: with 1 if the page shows an error, else with 0."""
        done = subprocess.run(
            call,
            cwd=self._desk,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=HANGS_S,
            check=False,
        )
        status = 1 if shown and shown.startswith("error: ") else 0
        if done.returncode != status:
            return f"ends with {done.returncode}, saying:\n{done.stdout}"
        if shown is not None and not pattern(shown).match(done.stdout):
            return f"prints, other than shown:\n{done.stdout}"
        return ""

    def _start_board(self, call: list[str], up: re.Pattern[str]) -> str:
        board = self._started(call)
        if said := board.until(up):
            board.interrupt()
            return said
        self._board = board
        return ""

    def _look(self) -> str:
        """Have the console paint some frames, so that there is something to record."""
        assert self._board
        console = re.search(r"^console *(\S+)", self._board.said, re.MULTILINE)
        if not console:
            return "it has no console"
        with connected(console[1]) as socket:
            page = Page(socket)
            for _ in range(3):
                page.frame(HANGS_S)
                page.send(type="another_look")
        return ""

    def _end_board(self) -> str:
        board, self._board, self._records = self._board, None, False
        return board.interrupt() if board else ""

    def _end_brokers(self) -> None:
        with _ENVIRONMENT, patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(self._home)}):
            for holder in running():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(holder.pid, signal.SIGTERM)
            until = time.monotonic() + HANGS_S
            while running() and time.monotonic() < until:
                time.sleep(0.02)

    def _started(self, call: list[str]) -> Program:
        return Program(call, self._desk, self._env)


def _begins(arguments: list[str], verbs: Iterable[str]) -> str:
    """Return which of `verbs` the arguments begin with, or nothing."""
    return next((verb for verb in verbs if arguments[: len(verb.split())] == verb.split()), "")
