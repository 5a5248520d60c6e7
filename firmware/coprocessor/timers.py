# SPDX-License-Identifier: Apache-2.0
"""Named timers and alarms: they run and ring without the host, and outlive a reset.

They are written to flash when one changes and every ten minutes. While the board is
off nothing counts: a timer found there at the start goes on with what was left when it
was written, so it can ring late, never early. If the time of day was known when it was
written, it is put right as soon as the time of day is known again.
"""

import json
import os

import device
import wall_clock
from micropython import const
from named_timer import Timer
from process import RUNNING
from refusal import BUSY, Refusal, refused
from ringing import Bell

FILE = "timers.json"
MOST = const(16)
LONGEST_WRITE_MS = const(200)
AGAIN_MS = const(1000)  # between two attempts to write
CHECKPOINT_MS = const(600000)
EACH_MS = const(60000)  # flash wears: one write a minute,
BURST_MS = const(480000)  # and eight more after a while without


class Timers:
    """All of them by name, and what they do in each round of the dispatcher."""

    def __init__(self):
        self._by_name = {}
        self._next_ms = -1
        self._bell = Bell()
        self._numbers = {}
        self._stored = False  # a file lies in flash
        self.trouble = ""  # what was lost
        self._changes = 0  # that were made
        self._written = 0  # of which so many are in flash
        self._write_ms = 0  # not tried again before
        self._checkpoint_ms = 0
        self._paid_ms = -BURST_MS
        self._pid = 0  # of the process that writes
        self._load()
        device.drains.append(self.round)

    def start(self, name: str, ms: int) -> None:
        """Ring in so many milliseconds. Raises Refusal."""
        timer = Timer(name, device.clock.ms() + ms, 0, False)
        if wall_clock.is_set():
            timer.told(timer.since_ms)
        self._add(timer)

    def set_alarm(self, name: str, utc_ms: int) -> None:
        """Ring at a time of day. Raises Refusal."""
        left = utc_ms - wall_clock.utc_ms()
        if left <= 0:
            raise refused("%s is past; set an alarm that is still to come" % wall_clock.written(utc_ms))
        self._add(Timer(name, device.clock.ms() + left, utc_ms, True))

    def _add(self, timer: Timer) -> None:
        if timer.name in self._by_name:
            raise Refusal(BUSY, "%s is set already; cancel it first, or take another name" % timer.name)
        if len(self._by_name) >= MOST:
            raise Refusal(BUSY, "%d timers are set already; cancel one" % MOST)
        self._by_name[timer.name] = timer
        self._changed()

    def cancel(self, name: str) -> None:
        """Forget one, ringing or not. Raises Refusal."""
        self.named(name)
        del self._by_name[name]
        self._changed()

    def acknowledge(self, name: str) -> int:
        """End the ringing of one, or of all for an empty name; how many did. Raises Refusal."""
        if name and not self.named(name).ringing:
            raise refused("%s does not ring yet; timer.cancel ends it before" % name)
        heard = [timer for timer in self.all() if timer.ringing and name in ("", timer.name)]
        for timer in heard:
            del self._by_name[timer.name]
        if heard:
            self._changed()
        return len(heard)

    def named(self, name: str) -> Timer:
        """The timer or alarm of this name. Raises Refusal."""
        try:
            return self._by_name[name]
        except KeyError:
            there = ", ".join(self._by_name) or "none"
            raise refused("no timer %r; set are: %s" % (name, there))

    def all(self) -> list:
        return list(self._by_name.values())

    @property
    def saved(self) -> bool:
        """Whether what is in flash is what is set."""
        return self._written == self._changes

    def clock_set(self) -> None:
        """The time of day is known, or known better."""
        now = device.clock.ms()
        for timer in self.all():
            if timer.ringing:
                continue
            if timer.alarm or (timer.utc_ms and not timer.known):
                timer.by_utc(now)
            elif timer.known:
                timer.told(now)
        self._changed()

    def _changed(self) -> None:
        self._changes += 1
        due = [timer.due_ms for timer in self.all() if timer.due_ms >= 0 and not timer.ringing]
        self._next_ms = min(due) if due else -1
        if not any([timer.ringing for timer in self.all()]):
            self._bell.stop()

    def round(self) -> None:
        """Ring what is due; keep the bell's rhythm; write what changed."""
        if not self._by_name and self._written == self._changes:
            return
        now = device.clock.ms()
        if 0 <= self._next_ms <= now:
            for timer in self.all():
                if 0 <= timer.due_ms <= now and not timer.ringing:
                    self._ring(timer, now)
            self._changed()
        self._bell.round(now)
        if now >= self._checkpoint_ms:
            self._checkpoint_ms = now + CHECKPOINT_MS
            if any([not timer.alarm and not timer.ringing for timer in self.all()]):
                self._changes += 1
        if self._written != self._changes and now >= max(self._write_ms, self._paid_ms):
            self._write_soon(now)

    def _ring(self, timer: Timer, now: int) -> None:
        timer.ringing = True
        self._bell.start(now)
        ring = self._task("time.ring")
        values = (timer.name, "alarm" if timer.alarm else "timer", timer.known, timer.error_ms(now))
        device.line.events.declared(ring, values, max(0, device.clock.us() - (now - timer.due_ms) * 1000))

    def _task(self, name: str):
        if name not in self._numbers:
            self._numbers[name] = device.registry.number(name)
        return device.registry.task(self._numbers[name])

    def _write_soon(self, now: int) -> None:
        """Start the process that writes, unless it runs; later, where that is refused."""
        self._write_ms = now + AGAIN_MS
        processes = device.line.processes
        try:
            if self._pid and processes.find(self._pid).state == RUNNING:
                return
        except Refusal:
            pass  # ended so long ago that it is forgotten
        try:
            device.safety.check_pause(LONGEST_WRITE_MS)
            self._pid = processes.start(self._task("timer.save"), (), 0, 0)
            self._paid_ms = max(self._paid_ms, now - BURST_MS) + EACH_MS
        except Refusal:
            pass  # armed, or all slots are taken

    def write(self) -> None:
        """Put them into flash. To be called within a flash pause."""
        now = device.clock.ms()
        rows = [(timer.name, timer.alarm, timer.left_ms(now), timer.utc_ms, timer.utc_error_ms) for timer in self.all()]
        changes = self._changes
        path = device.store + FILE
        if rows:
            with open(path + ".new", "w") as file:
                json.dump(rows, file)
            os.rename(path + ".new", path)
        elif self._stored:
            os.remove(path)
        self._stored = len(rows) > 0
        self._written = changes
        self._checkpoint_ms = now + CHECKPOINT_MS

    def _load(self) -> None:
        now = device.clock.ms()
        try:
            with open(device.store + FILE) as file:
                rows = json.load(file)
            self._stored = True
            for name, alarm, left_ms, utc_ms, utc_error_ms in rows:
                timer = Timer(name, -1 if alarm else now + left_ms, utc_ms, alarm)
                timer.utc_error_ms = utc_error_ms
                timer.known = False
                self._by_name[name] = timer
        except OSError:
            return  # none was set
        except (ValueError, TypeError):  # the board must start all the same
            self._stored = True
            self.trouble = "what was set before the reset is lost: its file was damaged"
        self._changed()


timers = Timers()
