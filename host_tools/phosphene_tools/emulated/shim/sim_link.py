# SPDX-License-Identifier: Apache-2.0
"""The emulated chip's wire to the launcher: the interface of the simulator's module of this name.

The records leave and arrive over the chip's second UART, in C (`_chip`), which
puts in the time: that of the launcher's clock, learnt at the start.
"""

from array import array
from struct import unpack
from time import ticks_diff, ticks_us

import _chip
from _chip import call, halt, mask, send, send_with, wait, waiting, wake, write

LEVEL, MODE, PWM, BOOT, MAIN_RETURNED, MAIN_RAISED, RESET = 1, 2, 3, 4, 5, 6, 7
WDT_START, WDT_FEED, UART_OPEN, REQUEST, BREAK, ARMED, BITSTREAM = 8, 9, 10, 11, 12, 13, 14
INPUT, ARM, REPLY, ADC = 1, 2, 3, 4

PINS = 64
FLOATING = 2
QUEUE = 64
CLOCK = 4  # the device that tells the launcher's time
TRIES = 8
SCHEDULED = 8  # calls that wait for the interpreter

setting = _chip.setting
world = bytearray([FLOATING] * PINS)
adc = array("H", [0] * 8)
watched = {}
timers = []
armed = bytearray([255, 0])

_fresh = _chip.readinto
_record = bytearray(16)
_queue = bytearray(2 * QUEUE)
_head = _tail = 0
_busy = False
_asked = 0
_answer: tuple = ()


def stamp() -> int:
    """The time of a record: the wire puts it in."""
    return 0


def drain() -> None:
    """Take in what the world did since the last look; handlers run at the next tick."""
    global _busy
    if _busy or not waiting():
        return
    _busy = True
    try:
        _take()
    finally:
        _busy = False
    if _head != _tail:
        wake()


def request(device: int, payload) -> bytes:
    """Ask a device of the world, and wait. Raises OSError with the errno that it answers."""
    global _busy, _asked, _answer
    was, _busy = _busy, True
    try:
        _asked = _asked + 1 & 0xFFFF
        _answer = ()
        send_with(REQUEST, device, _asked, payload)
        while not _answer:
            wait()
            _take()
        status, data = _answer
    finally:
        _busy = was
    if status:
        raise OSError(status)
    return data


def _take() -> None:
    global _answer
    while _fresh(_record):
        op = _record[0]
        unit = _record[1]
        if op == INPUT:
            _input(unit, _record[2])
        elif op == ADC:
            adc[unit] = _record[2] | _record[3] << 8
        elif op == ARM:
            armed[0] = unit
            armed[1] = _record[2]
            send(ARMED, unit)
        elif op == REPLY:
            number = _record[2] | _record[3] << 8
            data = _payload(_record[4] | _record[5] << 8)
            if number == _asked:
                _answer = (unit, data)


def _payload(length: int) -> bytes:
    data = bytearray(length + 15 & ~15)
    while not _fresh(data):
        wait()
    return bytes(memoryview(data)[:length])


def _input(number: int, level: int) -> None:
    global _tail
    after = (_tail + 2) % len(_queue)
    # A watched pin changes when its handler runs, so that the handler finds the level of its edge.
    if number in watched and after != _head:
        _queue[_tail] = number
        _queue[_tail + 1] = level
        _tail = after
    else:
        world[number] = level


def _interrupt(_) -> None:
    """Whatever comes between the program's bytecodes: edges, then timers."""
    global _head
    if _busy:
        return
    drain()
    while _head != _tail:
        number = _queue[_head]
        level = _queue[_head + 1]
        _head = (_head + 2) % len(_queue)
        was = world[number]
        world[number] = level
        if number in watched:
            watched[number].edge(was, level)
    now = ticks_us()
    for timer in timers:
        # Calls that a host held up are made up for, as many as a board's scheduler keeps.
        late = SCHEDULED
        while late and ticks_diff(now, timer.due) >= 0 and timer in timers:
            late -= 1
            timer.fire(timer.due if late else now)


def _learn_clock() -> None:
    """Ask for the time a few times; the quickest answer is the truest."""
    best = 1 << 29
    for _ in range(TRIES):
        began = ticks_us()
        (theirs,) = unpack("<q", request(CLOCK, b""))
        took = ticks_diff(ticks_us(), began)
        if took < best:
            best = took
            _chip.set_clock(theirs, took // 2)


_learn_clock()
_chip.on_tick(_interrupt, timers)
