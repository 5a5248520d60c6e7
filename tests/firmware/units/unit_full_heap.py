# SPDX-License-Identifier: Apache-2.0
"""Going safe with no memory left: the reserve is there before the first pin is driven."""

import gc
import sys

_kept = {}  # under 0 a chain, whose links are the smallest thing that the heap gives
_room = [0] * 16  # bytes of the heap that were free when a pin was driven


class Pin:
    """The unix port has no pins. This one notes how much memory there was when it was driven."""

    OUT = 1
    driven = 0

    def __init__(self, number, mode=0, value=0):
        pass

    def value(self, level):
        _room[Pin.driven] = gc.mem_free()
        Pin.driven += 1


class Timer:
    PERIODIC = 1

    def __init__(self, number):
        pass


class Machine:
    Pin = Pin
    Timer = Timer
    WDT = None

    def unique_id(self):
        return b""


sys.modules["machine"] = Machine  # pyright: ignore[reportArgumentType]

from outputs import Outputs  # noqa: E402
from safety import Safety  # noqa: E402


def _fill():
    _kept[0] = ()
    for size in (16384, 1024, 64):
        try:
            while True:
                _kept[0] = (_kept[0], bytearray(size))
        except MemoryError:
            pass
    while True:
        _kept[0] = (_kept[0],)


def test_memory_is_there_again_before_an_output_goes_safe():
    safety = Safety({"enable_pin": 0, "kick_pin": 1}, None, 0, "/nowhere/")
    declared = [{"name": name, "pin": 2, "guarded": name == "pump"} for name in ("pump", "fan", "valve", "led")]
    safety.outputs = Outputs(declared, safety, []).all
    for output in safety.outputs:
        output.on = output._driven = 1
    safety.armed = True
    full = -1
    try:
        _fill()
    except MemoryError as fault:
        full = gc.mem_free()
        safety.fail("memory is exhausted", "memory", fault)
    _kept[0] = ()
    assert 0 <= full < 1024, full
    assert Pin.driven == 6, "ENABLE, the guarded output, then all of them"
    assert sum([output.on for output in safety.outputs]) == 0
    # ENABLE first and whatever there is; from the first output on a longer function's frame finds room at once.
    assert min(_room[1 : Pin.driven]) > 4096, _room
