# SPDX-License-Identifier: Apache-2.0
"""Breaks the firmware on purpose. Goes into the simulated board of the safety suite and nowhere else."""

import device
from task import task

_kept: "list[tuple]" = [()]  # a chain: its last links are the smallest thing that the heap gives


@task("sabotage.raise_in_dispatcher", help="Let the dispatcher raise in its next round.")
def raise_in_dispatcher():
    device.drains.append(_raise)


def _raise():
    raise RuntimeError("sabotage: the dispatcher raised")


@task("sabotage.loop_for_ever", help="Never come back, bytecode after bytecode.")
def loop_for_ever():
    while True:
        pass


@task("sabotage.stay_in_c", help="Never come back from one call in C.")
def stay_in_c():
    all(range(1, 0x3FFFFFFF))  # as far as a range goes on 32 bits


@task("sabotage.exhaust_memory", help="Leak: take what the heap has left, in every round of the dispatcher.")
def exhaust_memory():
    device.drains.append(_leak)


def _leak():
    # Large pieces first: what is tried is an exhausted heap, not how long it takes to get there.
    for size in (16384, 1024, 64):
        try:
            while True:
                _kept[0] = (_kept[0], bytearray(size))
        except MemoryError:
            pass
    while True:
        _kept[0] = (_kept[0],)
