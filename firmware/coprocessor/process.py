# SPDX-License-Identifier: Apache-2.0
"""Processes: tasks that run in steps between calls. PROTOCOL.md, section 8."""

import sys
from struct import pack

import codec
import crash
from micropython import const
from refusal import BUSY, REFUSED, Refusal

RUNNING = const(0)
DONE = const(1)
ABORTED = const(2)
FAILED = const(3)
SAFE = const(4)

SLOTS = const(8)  # running at once
KEPT = const(8)  # finished, their results still to be had
LARGEST = const(1024)  # encoded progress or results


class Pause:
    """Yielded by a process that is about to write flash for `longest_ms`."""

    def __init__(self, longest_ms: int):
        self.longest_ms = longest_ms


class Process:
    """One running or finished process."""

    def __init__(self, pid, task, generator, session, request):
        self.pid = pid
        self.task = task  # None once it ended: its code may be let go of then
        self.number = task.number
        self.generator = generator
        self.session = session
        self.request = request
        self.state = RUNNING
        self.wake_ms = 0
        self.progress = b""
        self.results = b""
        self.text = ""
        self.ended_ms = 0
        self.pausing = 0  # ms of the flash pause that it waits for
        self.holds = False  # the pause on the line is this process's


class Processes:
    """Starts, steps, aborts and remembers processes."""

    def __init__(self, events, clock, pauses):
        self._events = events
        self._clock = clock
        self._pauses = pauses
        self._running = []
        self._kept = []
        self._next = 1
        self._buf = bytearray(LARGEST)

    def start(self, task, values, session, request) -> int:
        """Begin a process; its pid. Raises Refusal BUSY when all slots are taken."""
        if len(self._running) >= SLOTS:
            raise Refusal(BUSY, "%d processes run already; abort one or wait" % SLOTS)
        # Views into the message do not outlive the call.
        owned = [bytes(v) if isinstance(v, memoryview) else v for v in values]
        generator = task.function(*owned)
        pid = self._next
        self._next = pid % 0xFFFF + 1
        self._running.append(Process(pid, task, generator, session, request))
        return pid

    def _encoded(self, fields, values) -> bytes:
        end = codec.encode(fields, values or (), self._buf, 0, LARGEST)
        return bytes(memoryview(self._buf)[:end])

    def step(self) -> None:
        """Let every process that is due make one step."""
        if not self._running:
            return
        now = self._clock.ms()
        for process in self._running[:]:
            if process.state == RUNNING and process.wake_ms <= now:
                self._step(process, now)

    def _step(self, process, now) -> None:
        if process.pausing and not self._quiet(process):
            return
        paused = process.pausing
        process.pausing = 0
        crash.during = process.task.name
        try:
            if paused:  # the board may have been armed while the host fell silent
                self._pauses.check(paused)
            self._yielded(process, next(process.generator), now)
        except StopIteration as end:
            self._results(process, end.value)
        except Refusal as refusal:
            self.stop(process, FAILED, refusal.text)
        except Exception as fault:  # one process must not stop the others
            sys.print_exception(fault)
            self.stop(process, FAILED, repr(fault)[:150])
        if paused:
            process.holds = False
            self._pauses.end()

    def _quiet(self, process) -> bool:
        """Whether the line is silent for this process; two that write flash take turns."""
        if not process.holds:
            process.holds = self._pauses.begin(process.pausing)
        return process.holds and self._pauses.ready()

    def _yielded(self, process, step, now) -> None:
        if isinstance(step, int):
            process.wake_ms = now + step
        elif isinstance(step, tuple):
            process.progress = self._encoded(process.task.progress, step)
            self._events.progress(process.task, process.pid, process.progress)
        elif isinstance(step, Pause):
            self._pauses.check(step.longest_ms)
            process.pausing = step.longest_ms or 1

    def _results(self, process, values) -> None:
        try:
            encoded = self._encoded(process.task.results, values)
        except Refusal as refusal:
            self._end(process, FAILED, text=refusal.text)
        except Exception as fault:  # results that are not as it declared them
            sys.print_exception(fault)
            self._end(process, FAILED, text=repr(fault)[:150])
        else:
            self._end(process, DONE, encoded)

    def _end(self, process, state, results=b"", text="") -> None:
        process.state = state
        process.ended_ms = self._clock.ms()
        process.results = results
        process.text = text
        process.generator = None
        self._running.remove(process)
        self._kept.append(process)
        if len(self._kept) > KEPT:
            self._kept.pop(0)
        if state != DONE:
            raw = text.encode()
            results = pack("<H", len(raw)) + raw
        self._events.finished(process.task, process.pid, state, results)
        process.task = None

    def stop(self, process, state, text) -> None:
        """End a running process before its time; its `finally` runs."""
        try:
            process.generator.close()
        except Exception as fault:  # its clean-up failed: say so, the process ends all the same
            sys.print_exception(fault)
            state, text = FAILED, repr(fault)[:150]
        process.pausing = 0
        if process.holds:
            process.holds = False
            self._pauses.end()
        self._end(process, state, text=text)

    def lease_lost(self) -> None:
        """Each running process does what its declaration says."""
        for process in self._running[:]:
            if process.task.on_lease_loss != "go_on":
                self.stop(process, SAFE, "the lease was lost")

    def stop_all(self, text) -> None:
        """End every running process: nobody will step them any more."""
        for process in self._running[:]:
            self.stop(process, SAFE, text)

    def find(self, pid: int) -> Process:
        """The running or kept process. Raises Refusal when it is forgotten."""
        for process in self.all():
            if process.pid == pid:
                return process
        raise Refusal(REFUSED, "no process %d: never started, or ended long ago" % pid)

    def all(self) -> list:
        return self._running + self._kept

    def started_by(self, session: int, request: int) -> int:
        """The pid that this call started, or 0."""
        for process in self.all():
            if process.session == session and process.request == request:
                return process.pid
        return 0
