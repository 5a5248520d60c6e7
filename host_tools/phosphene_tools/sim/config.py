# SPDX-License-Identifier: Apache-2.0
"""What a simulated board is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phosphene_tools.sim.errors import SimError

# Objects of a 64-bit MicroPython take twice the room of a micro-controller's.
HEAP_FACTOR = 2
# The virtual hardware's own Python lives in the same heap; on a board it is C in flash.
SHIM_HEAP_BYTES = 28 * 1024
_LEAST_HEAP = 32 * 1024


@dataclass(frozen=True)
class SimConfig:
    """One simulated board.

    `board_json` is what the firmware reads as `board.json`. `heap_bytes` is the heap of the
    named micro-controller. `firmware_dir` is a folder with a `main.py`; None means the real
    firmware, with the task files `tasks` of a maker's. `flash_dir` keeps the board's files (else
    they go when the board closes). `baud` None means an unthrottled line, like USB; else the line
    is a UART of that rate.
    """

    board_json: dict[str, Any]
    heap_bytes: int = 192 * 1024
    firmware_dir: Path | None = None
    tasks: tuple[Path, ...] = ()
    flash_dir: Path | None = None
    baud: int | None = None
    micropython: Path | None = None
    control_path: Path | None = None
    precompiled: bool = False
    """Compile the firmware once, with mpy-cross, so that resets are quicker; not together with `flash_dir`."""
    seed: int | None = None
    """Of what is random: the unique id and arming key of a new board, and how a power cut tears a flash write."""
    restart_delay: float = 0.0
    """Seconds that the board stays in reset."""
    start_grace: float = 2.0
    """A start counts as done when the line is open, or after so many seconds without."""
    start_timeout: float = 10.0
    """Seconds that the interpreter may take beyond that to reach its first line."""
    parts: bool = False
    """Wire up a device for each part that `board_json` declares: sensors, scales, clock, pump; see Parts."""
    emulated: Path | None = None
    """The image of MicroPython for an emulated Cortex-M3, instead of an interpreter of this computer."""
    wires: dict[int, int] = field(default_factory=dict[int, int])
    """From an output pin to the input pin that it is wired to."""

    def __post_init__(self) -> None:
        """Raise SimError for values that no board has."""
        place = "simulated board"
        if self.heap_bytes < _LEAST_HEAP:
            raise SimError(f"a heap of {self.heap_bytes} bytes", place=place, cure=f"give at least {_LEAST_HEAP}")
        if self.precompiled and self.flash_dir is not None:
            raise SimError("precompiled firmware in a folder that stays", place=place, cure="leave out one of the two")
        if self.tasks and self.firmware_dir is not None:
            raise SimError("tasks for a firmware of your own", place=place, cure="put them into its folder")
        if self.baud is not None and not 300 <= self.baud <= 4_000_000:
            raise SimError(f"a line of {self.baud} baud", place=place, cure="give 300 to 4000000")

    @property
    def interpreter_heap_bytes(self) -> int:
        """The heap that the interpreter gets for `heap_bytes` on the micro-controller."""
        return HEAP_FACTOR * self.heap_bytes + SHIM_HEAP_BYTES
