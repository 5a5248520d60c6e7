# SPDX-License-Identifier: Apache-2.0
"""Runs main.py as a board does after a reset, and tells the launcher how that ended."""

import gc
import sys

before = gc.mem_alloc()
sys.path[:] = ["", sys.path[0], ".frozen", "lib"]
import machine  # noqa: E402
import sim_files  # noqa: E402
import sim_link  # noqa: E402

program = sim_files.attach()
gc.collect()
sim_link.send(sim_link.BOOT, 0, gc.mem_alloc() - before)
del before


def _tell(fault):
    import io

    text = io.BytesIO()
    sys.print_exception(fault, text)
    sys.print_exception(fault)
    sim_link.send_with(sim_link.MAIN_RAISED, 0, 0, text.getvalue()[-2000:])  # pyright: ignore[reportAttributeAccessIssue]


try:
    execfile(program)  # noqa: F821 -- MicroPython's own
    sim_link.send(sim_link.MAIN_RETURNED)
except SystemExit:
    machine.soft_reset()
except KeyboardInterrupt as interrupt:
    sys.print_exception(interrupt)
    sim_link.send(sim_link.MAIN_RETURNED)
except BaseException as fault:
    # The REPL comes next, as on a board.
    _tell(fault)
