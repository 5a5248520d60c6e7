# SPDX-License-Identifier: Apache-2.0
"""Fork server for the firmware process: it has MicroPython loaded, so a reset takes two milliseconds.

Runs as a program of its own (`python -I -S nursery.py FD JSON`) and imports nothing of
ours. FD is one end of a socket pair: requests come as lines of JSON, file descriptors
beside them; reports go back. When the launcher is gone, however it went, the socket
closes: the nursery then ends the firmware and removes what the launcher would have.
"""

from __future__ import annotations

import array
import ctypes
import fcntl
import json
import os
import platform
import select
import shutil
import signal
import socket
import sys
import termios
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
_FDS_PER_START = 5


def main() -> None:
    """Serve until the launcher is gone."""
    settings = json.loads(sys.argv[2])
    nursery = Nursery(socket.socket(fileno=int(sys.argv[1])), settings["library"])
    dismissed = False
    try:
        dismissed = nursery.serve()
    finally:
        nursery.end_firmware()
        for leaving in () if dismissed else settings["leavings"]:
            shutil.rmtree(leaving, ignore_errors=True)
            with suppress(OSError):
                Path(leaving).unlink()


class Nursery:
    """Starts one firmware process at a time and tells how it ended."""

    def __init__(self, control: socket.socket, library: str | None) -> None:
        self._control = control
        self._library = ctypes.CDLL(library) if library else None
        self._pid = 0
        self._fds: list[int] = []
        self._received = b""
        self._dismissed = False

    def serve(self) -> bool:
        """Handle requests and exits; returns True when dismissed, False when the launcher just went away."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # the launcher decides when to end
        awake, bell = os.pipe()
        os.set_blocking(bell, False)
        os.set_blocking(awake, False)
        signal.set_wakeup_fd(bell)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(awake, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd == awake:
                    os.read(awake, 4096)
                    self._reap()
                elif not self._receive():
                    return self._dismissed

    def end_firmware(self) -> None:
        """Kill the firmware process, if one runs."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0

    def _receive(self) -> bool:
        data, ancillary, _, _ = self._control.recvmsg(65536, socket.CMSG_SPACE(4 * _FDS_PER_START))
        for level, kind, packed in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds = array.array("i")
                fds.frombytes(packed[: len(packed) - len(packed) % fds.itemsize])
                self._fds.extend(fds)
        if not data:
            return False
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request:
                self._start(request)
            else:
                self._dismissed = True
        return True

    def _reap(self) -> None:
        if not self._pid:
            return
        pid, status = os.waitpid(self._pid, os.WNOHANG)
        if pid:
            self._pid = 0
            self._report({"exit": pid, "code": os.waitstatus_to_exitcode(status)})

    def _report(self, report: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # the launcher is gone; the next receive tells
            self._control.sendall(json.dumps(report).encode() + b"\n")

    def _start(self, request: dict[str, Any]) -> None:
        fds, self._fds = self._fds[:_FDS_PER_START], self._fds[_FDS_PER_START:]
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self._become_firmware(parent, request, fds)
            except BaseException as fault:
                self._report({"failed": str(fault)})
            finally:
                os._exit(126)
        self._pid = pid
        for fd in fds:
            os.close(fd)
        self._report({"started": pid})

    def _become_firmware(self, parent: int, request: dict[str, Any], fds: list[int]) -> NoReturn:
        repl, line, hardware_in, hardware_out, inject = fds
        _die_with(parent)
        os.setsid()
        fcntl.ioctl(repl, termios.TIOCSCTTY, 0)
        for standard in (0, 1, 2):
            os.dup2(repl, standard)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        environment: dict[str, str] = request["environment"]
        environment["PHOSPHENE_LINE_FD"] = str(line)
        environment["PHOSPHENE_HARDWARE_IN_FD"] = str(hardware_in)
        environment["PHOSPHENE_HARDWARE_OUT_FD"] = str(hardware_out)
        os.chdir(request["directory"])
        arguments: list[str] = request["arguments"]
        if self._library is None:
            for fd in (line, hardware_in, hardware_out):
                os.set_inheritable(fd, True)
            os.execve(arguments[0], arguments, environment)
        os.environ.clear()
        os.environ.update(environment)
        _Sidekick(inject, line).start()
        self._control.close()
        vector = (ctypes.c_char_p * (len(arguments) + 1))(*(a.encode() for a in arguments), None)
        # ctypes lets go of the interpreter lock, so the thread above lives.
        os._exit(self._library.micropython_unix_main(len(arguments), vector) & 0xFF)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(126)


class _Sidekick(threading.Thread):
    """A thread beside MicroPython: exchanges the line, and keeps interrupts alive at the REPL's prompt.

    While the interpreter waits for a key it runs no scheduled callbacks unless a signal
    breaks the wait off; on a board they run all the time. The signal is sent only during
    that wait, since the interpreter's garbage collector does not expect one.
    """

    _NUDGE = 0.01

    def __init__(self, inject: int, line: int) -> None:
        super().__init__(daemon=True)
        self._wire = socket.socket(fileno=inject)
        self._line = line
        self._main = threading.get_ident()
        self._state = f"/proc/self/task/{threading.get_native_id()}/syscall"
        self._waits = b"0 0x0 " if platform.machine() == "x86_64" else b"63 0x0 "  # read(0, ...)
        signal.signal(signal.SIGALRM, lambda *_: None)

    def run(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        state = -1
        with suppress(OSError):
            state = os.open(self._state, os.O_RDONLY)
        while True:
            if select.select([self._wire], [], [], self._NUDGE if state >= 0 else None)[0]:
                _, fds, _, _ = socket.recv_fds(self._wire, 1, 1)
                if not fds:
                    return
                os.dup2(fds[0], self._line)
                os.close(fds[0])
                self._wire.send(b".")
            elif os.pread(state, 64, 0).startswith(self._waits):
                signal.pthread_kill(self._main, signal.SIGALRM)


if __name__ == "__main__":
    main()
