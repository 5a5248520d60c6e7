# SPDX-License-Identifier: Apache-2.0
"""Runs main.py as a board does after a reset, and tells the launcher how that ended."""

import gc
import sys

import _chip

before = gc.mem_alloc()
sys.path[:] = ["", _chip.setting("SHIM")]
# These are C on a board: what they take is told to the launcher, and given back in the heap's size.
import json
import os
import select

import machine
import sim_link

gc.collect()
sim_link.send(sim_link.BOOT, 0, gc.mem_alloc() - before)
del before


def _tell(fault):
    import io

    text = io.BytesIO()
    sys.print_exception(fault, text)
    sys.print_exception(fault)
    sim_link.send_with(sim_link.MAIN_RAISED, 0, 0, text.getvalue()[-2000:])


try:
    execfile("main.py")
    sim_link.send(sim_link.MAIN_RETURNED)
except SystemExit:
    machine.soft_reset()
except KeyboardInterrupt as interrupt:
    sys.print_exception(interrupt)
    sim_link.send(sim_link.MAIN_RETURNED)
except BaseException as fault:
    # The REPL comes next, as on a board.
    _tell(fault)
