# SPDX-License-Identifier: Apache-2.0
"""Phosphene's co-processor: starts safe, then serves the line until maintenance."""

import gc
import sys

import crash
import device
import events
import machine
import micropython
import select
from micropython import const

WATCHDOG_MS = const(4000)
IDLE_MS = const(1)
GARBAGE = const(32768)  # bytes after which it is collected: what stays lies close together then
LINGER_MS = const(300)  # in which the request for maintenance may be repeated, and HELLO said


def serve() -> machine.WDT:
    """The dispatcher. Returns its watchdog when maintenance was asked for."""
    line, safety = device.line, device.safety
    poll = select.poll()
    poll.register(device.port, select.POLLIN)
    watchdog = machine.WDT(timeout=WATCHDOG_MS)
    line.sessions.welcome(0)
    ends = 0
    while not ends or device.clock.ms() < ends:
        if device.maintenance and not ends:
            line.sessions.welcome(0)
            ends = device.clock.ms() + LINGER_MS
        for _ in poll.ipoll(IDLE_MS):
            line.receive()
        if safety.lost:
            lease_lost(line, safety)
        if safety.untold:
            tell(line.events, safety)
        line.processes.step()
        crash.during = ""
        for drain in device.drains:
            drain()
        line.events.flush(line.sessions.current)
        # Fed only while the timer lives too: either may stall without the other.
        if safety.beat():
            watchdog.feed()
    return watchdog


def lease_lost(line, safety) -> None:
    """The timer has made the outputs safe already; tell, and stop what must stop."""
    safety.lost = False
    line.processes.lease_lost()
    if safety.broken:
        line.events.notice(events.FAULT, safety.broken)
    else:
        line.events.notice(events.LEASE_LOST, "lease %d ran out: %s" % (safety.absence.losses, safety.absence.why))


def tell(notices, safety) -> None:
    """Say what went safe by itself, and why."""
    safety.untold = False
    if safety.fell:
        safety.fell = False
        notices.notice(events.DISARMED, safety.latched)
    for output in safety.outputs:
        if output.untold:
            output.untold = False
            notices.notice(events.MADE_SAFE, "%s: %s" % (output.name, output.latched))


def crashed(fault: BaseException) -> None:
    """Go safe, leave a record for the next boot, then reset."""
    try:
        if isinstance(fault, MemoryError):
            device.safety.fail("memory is exhausted", "memory", fault)
        else:
            device.safety.fail("the dispatcher failed", "dispatcher", fault)
        sys.print_exception(fault)
    finally:
        machine.reset()


def main() -> None:
    """Serve; in maintenance hand the interpreter to the REPL."""
    # The REPL's interrupt character must not stop a device at work.
    micropython.kbd_intr(-1)
    device.assemble()
    gc.collect()
    gc.threshold(GARBAGE)
    try:
        # It can't be stopped: in maintenance the timer feeds it.
        device.safety.watchdog = serve()
    except BaseException as fault:  # a task's SystemExit, too, ends what keeps the pins safe
        crashed(fault)
    device.line.processes.stop_all("maintenance")
    device.safety.disarm("maintenance")
    micropython.kbd_intr(3)
    print("maintenance: outputs are safe, the line is silent; Ctrl-D starts again")


main()
