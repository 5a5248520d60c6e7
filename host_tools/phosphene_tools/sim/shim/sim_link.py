# SPDX-License-Identifier: Apache-2.0
"""The wire to the launcher: 16-byte records out and in, and what interrupts a program.

A record is two 64-bit integers: ``op | unit << 8 | value << 16`` and a time in
microseconds of CLOCK_MONOTONIC, which both processes share. Some are followed by
a payload, padded to whole records, whose length stands in bits 32 and up. The
numbers are also in the launcher's `records.py`.
"""

import _thread
import os
import select
import sys
from array import array
from time import sleep_us, ticks_us

import micropython

# To the launcher.
LEVEL, MODE, PWM, BOOT, MAIN_RETURNED, MAIN_RAISED, RESET = 1, 2, 3, 4, 5, 6, 7
WDT_START, WDT_FEED, UART_OPEN, REQUEST, BREAK, ARMED, BITSTREAM = 8, 9, 10, 11, 12, 13, 14
TRANSFERRED = 15
# From the launcher.
INPUT, ARM, REPLY, ADC, TRANSFER = 1, 2, 3, 4, 5

PINS = 64
FLOATING = 2
TICK_US = 1000
QUEUE = 64  # edges that wait for their handler


def setting(name: str) -> str:
    """What the launcher set for this boot."""
    value = os.getenv("PHOSPHENE_" + name)
    if value is None:
        raise RuntimeError("this machine module runs under `phosphene sim` only")
    return value


_out = open(int(setting("HARDWARE_OUT_FD")), "wb", 0)
_in = open(int(setting("HARDWARE_IN_FD")), "rb", 0)
write = _out.write
stamp = ticks_us  # the time of a record

world = bytearray([FLOATING] * PINS)  # what the world drives each pin to: 0, 1 or FLOATING
adc = array("i", [0] * 8)  # u16 per channel
watched = {}  # pin number -> Pin whose edges are interrupts
targets = {}  # I2C unit -> I2CTarget, which another board's controller may ask
transfers = []  # what such a controller asked, until the next interrupt: number, unit and request
captures = []  # the one SimCapture, once there is one: it takes each edge with the world's own time
timers = []
armed = bytearray([255, 0])  # pin number of the armed breakpoint, or 255; whether it stands after the edge

_records = array("q", [0] * 128)
_fresh = _in.readinto
_queue = bytearray(2 * QUEUE)  # pin number and level of each edge
_head = _tail = 0
_busy = False  # records are being read, or a request is under way
_masked = False  # machine.disable_irq
_asked = 0
_answer: tuple = ()  # errno and data, once they are there


def send(op: int, unit: int = 0, value: int = 0) -> None:
    """Report something to the launcher."""
    write(array("q", (op | unit << 8 | value << 16, ticks_us())))


def send_with(op: int, unit: int, value: int, payload) -> None:
    """Report something, with bytes."""
    n = len(payload)
    head = array("q", (op | unit << 8 | value << 16 | n << 32, ticks_us()))
    write(bytes(head) + bytes(payload) + bytes(-n % 16))


def halt() -> None:
    """Stand still for ever, interrupts too: the launcher ends this process."""
    global _busy
    _busy = True
    while True:
        sleep_us(1000000)


def drain() -> None:
    """Take in what the world did since the last look; handlers run soon after."""
    global _busy
    if _busy:
        return
    _busy = True
    try:
        _take()
    finally:
        _busy = False
    if _head != _tail:
        _wake()


def request(device: int, payload) -> bytes:
    """Ask a device of the world, and wait. Raises OSError with the errno that it answers."""
    global _busy, _asked, _answer
    _busy = True
    try:
        _asked = _asked + 1 & 0xFFFF
        _answer = ()
        send_with(REQUEST, device, _asked, payload)
        while not _answer:
            for _ in _poll.ipoll(-1):
                _take()
        status, data = _answer
    finally:
        _busy = False
    if status:
        raise OSError(status)
    return data


def mask(masked: bool) -> bool:
    """Hold all handlers back, or let them run; what was before."""
    global _masked
    was, _masked = _masked, masked
    if was and not masked:
        _wake()
    return was


def call(handler, argument) -> bool:
    """Call a handler; False when it raised, which the REPL shows as on a board."""
    try:
        handler(argument)
        return True
    except Exception as fault:
        print("uncaught exception in soft interrupt handler")
        sys.print_exception(fault)
        return False


def _take() -> None:
    """Read and note all records that are there."""
    global _answer
    while True:
        n = _fresh(_records)
        if not n:
            break
        n >>= 3
        i = 0
        while i < n:
            code = _records[i]
            op = code & 0xFF
            unit = code >> 8 & 0xFF
            value = code >> 16 & 0xFFFF
            i += 2
            if op == INPUT:
                if captures:
                    captures[0].edge(unit, value, _records[i - 1])
                _input(unit, value)
            elif op == ADC:
                adc[unit] = value
            elif op == ARM:
                armed[0] = unit
                armed[1] = value
                send(ARMED, unit)
            elif op == TRANSFER:
                transfers.append((value, unit, _payload(code >> 32, i, n)))
                i += (code >> 32) + 15 >> 4 << 1
            elif op == REPLY:
                data = _payload(code >> 32, i, n)
                i += (code >> 32) + 15 >> 4 << 1
                if value == _asked:  # the reply to a request that Ctrl-C broke off has another number
                    _answer = (unit, data)
    if n == 0:
        halt()  # the launcher is gone


def _payload(length: int, i: int, n: int) -> bytes:
    """The bytes after the record before index i; those that were not read yet are."""
    padded = length + 15 >> 4 << 4
    data = bytearray(padded)
    here = min(padded, (n - i) * 8)
    data[:here] = bytes(_records)[i * 8 : i * 8 + here]
    view = memoryview(data)
    while here < padded:
        more = _fresh(view[here:])
        if more:
            here += more
        else:
            sleep_us(50)
    return bytes(view[:length])


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


def _wake() -> None:
    if not _scheduled[0]:
        _scheduled[0] = 1
        try:
            micropython.schedule(_interrupt, 0)
        except RuntimeError:  # the queue is full: at the next tick then
            _scheduled[0] = 0


def _interrupt(_) -> None:
    """Whatever comes between the program's bytecodes: edges, then timers."""
    global _head, _busy
    _scheduled[0] = 0
    if _busy:
        return
    _busy = True
    try:
        _take()
    finally:
        _busy = False
    if _masked:
        return
    while _head != _tail:
        number = _queue[_head]
        level = _queue[_head + 1]
        _head = (_head + 2) % len(_queue)
        was = world[number]
        world[number] = level
        if number in watched:
            watched[number].edge(was, level)
    while transfers:
        number, unit, asked = transfers.pop(0)
        answer = targets[unit].transfer(asked) if unit in targets else None
        send_with(TRANSFERRED, 0 if answer is not None else 5, number, answer or b"")
    now = ticks_us()
    for timer in timers:
        if now >= timer.due:
            timer.fire(now)


def _tick_for_ever() -> None:
    # Nothing here allocates: the threads of this interpreter have no lock between them.
    while True:
        sleep_us(TICK_US)
        _wake()


_scheduled = bytearray(1)
_poll = select.poll()
_poll.register(_in, select.POLLIN)
_thread.start_new_thread(_tick_for_ever, ())
