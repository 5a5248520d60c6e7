# SPDX-License-Identifier: Apache-2.0
"""One worker process: started under any interpreter, asked for graphs, and ended for certain."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from phosphene.accelerators.errors import AcceleratorError, Stalled, StalledBeside, WorkerLost
from phosphene.accelerators.worker_side.messages import Garbled, receive, send

# Our folder is searched last and only while our own modules load, so that none of them stands before another's.
_PROGRAM = """
import sys
folder, number, options = sys.argv[1:]
sys.path.append(folder)
from worker_side.serve import main
sys.path.remove(folder)
main(int(number), options)
"""
_FOLDER = Path(__file__).resolve().parent
_AFTER_A_STALL = "load the graph again; when it stays so, look at power, cable and temperature"
# Lines that are kept, and how many of them an error quotes.
_KEPT, _QUOTED = 100, 6


class WorkerProcess:
    """A running worker. `versions` says under which python, numpy and runtime.

    Starting it raises AcceleratorError when the interpreter or the runtime is not there; `cure` says how one comes
    by the runtime.
    """

    def __init__(self, name: str, python: Path, options: Mapping[str, Any], *, start_s: float, cure: str) -> None:
        self.name = name
        self._python = python
        self._lock = threading.Lock()
        self._words: deque[str] = deque(maxlen=_KEPT)
        self._stalled_while = ""
        self._control, theirs = socket.socketpair()
        try:
            # Not in our process group: Ctrl-C is for the host, and the worker ends when the host does.
            self._process = subprocess.Popen(
                # Isolated: neither PYTHONPATH nor the user's own modules come before the environment's.
                [str(python), "-I", "-c", _PROGRAM, str(_FOLDER), str(theirs.fileno()), json.dumps(dict(options))],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            self._control.close()
            raise AcceleratorError(
                f"the Python for {name} does not run: {error.strerror}",
                place=str(python),
                cure="name the interpreter of the environment that has its packages",
            ) from error
        finally:
            theirs.close()
        self._ended = weakref.finalize(self, _end, self._process, self._control)
        self._listener = threading.Thread(target=_listen, args=(self._process.stderr, self._words), daemon=True)
        self._listener.start()
        answer = self.answer(self._control, time.monotonic() + start_s, "it was being started")[0]
        if "error" in answer:
            self.end()
            raise AcceleratorError(
                f"{name} can't be used: {answer.get('text', '')}", place=f"{python}, {name}", cure=cure
            )
        self.versions: dict[str, str] = dict(answer.get("ready", {}))

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs, or at least has not ended."""
        return self._process.poll() is None

    @property
    def last_words(self) -> tuple[str, ...]:
        """The last lines that runtime and driver printed."""
        return tuple(self._words)

    def connect(self) -> socket.socket:
        """Return a socket on which the worker serves one more graph; raises WorkerLost."""
        ours, theirs = socket.socketpair()
        try:
            with self._lock, theirs:
                send(self._control, {"open": 1}, (theirs.fileno(),))
        except OSError as error:
            ours.close()
            raise self.lost("it was asked for a graph") from error
        return ours

    def answer(self, channel: socket.socket, until: float, doing: str) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Return the worker's answer on `channel`. Whatever is wrong with it, the process is ended first.

        Raises Stalled at the time `until` of `time.monotonic`, WorkerLost for an end of the process or of sense.
        """
        try:
            return receive(channel, until, alone=True)
        except TimeoutError as error:
            # Before it ends: the threads that wait for its other graphs shall know why.
            self._stalled_while = doing
            self.end()
            raise Stalled(
                f"{self.name} gave no answer while {doing}, and its worker was ended",
                place=self._place(),
                cure=_AFTER_A_STALL,
            ) from error
        except Garbled as error:
            self.end()
            raise WorkerLost(
                f"the worker of {self.name} talks nonsense while {doing}: {error}",
                place=self._place(),
                cure="load the graph again; when it stays so, use the runtime's version that we name",
            ) from error
        except EOFError as error:
            raise self.lost(doing) from error

    def lost(self, doing: str) -> WorkerLost:
        """Return the error for a worker that ended while `doing`, with how or why it ended."""
        if self._stalled_while:
            why = f"since it gave no answer while {self._stalled_while}"
            return StalledBeside(
                f"the worker of {self.name} was ended while {doing}, {why}",
                place=self._place(),
                cure=_AFTER_A_STALL,
            )
        with contextlib.suppress(subprocess.TimeoutExpired):
            # It closed its sockets and is about to be gone: its exit status says more than a kill of ours.
            self._process.wait(1.0)
        status = self._process.poll()
        self.end()
        # Its last words lie in the pipe still. A child of its own may hold the pipe open: not for ever.
        self._listener.join(1.0)
        how = "" if status is None else f", by signal {-status}" if status < 0 else f", with exit status {status}"
        return WorkerLost(
            f"the worker of {self.name} ended while {doing}{how}",
            place=self._place(),
            cure="load the graph again; the kernel's log tells whether memory ran out"
            if status == -9
            else "load the graph again",
        )

    def end(self) -> None:
        """End the process and wait until it is gone. SIGKILL ends a stopped one, too. May be called again."""
        self._ended()

    def _place(self) -> str:
        words = " / ".join(self.last_words[-_QUOTED:])
        return f"{self._python}, process {self.pid}" + (f", which said: {words}" if words else "")


def _end(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        # A process in a driver's uninterruptible sleep stays; nobody waits for it.
        process.wait(2.0)
    control.close()
    if process.stdin is not None:
        process.stdin.close()


def _listen(pipe: IO[bytes], words: deque[str]) -> None:
    with pipe:
        for line in pipe:
            text = line.decode("utf-8", "replace").strip()
            if text:
                words.append(text[:300])


def this_python() -> Path:
    """Return the interpreter that runs now."""
    return Path(sys.executable)
