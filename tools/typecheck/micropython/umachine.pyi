# SPDX-License-Identifier: Apache-2.0
"""What the desktop's interpreter itself has in `machine`, which the simulator's machine.py extends."""

from typing import Any

class PinBase:
    IN: int

class Signal:
    def __init__(self, pin: Any, invert: bool = False) -> None: ...
    def value(self, x: Any = None, /) -> int | None: ...
    def on(self) -> None: ...
    def off(self) -> None: ...

mem8: Any
mem16: Any
mem32: Any

def idle() -> None: ...
def time_pulse_us(pin: Any, level: int, timeout_us: int = 1000000, /) -> int: ...
