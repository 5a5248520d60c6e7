# SPDX-License-Identifier: Apache-2.0
"""The heap as a task finds it: not how much is free, but how much in one piece."""

import gc

from task import field, task

STEP = 64  # bytes: two blocks of a 64-bit MicroPython's heap, four of a 32-bit one's


@task(
    "heap.largest",
    results=(field("bytes", "u32", unit="B"),),
    idempotent=True,
    longest_ms=500,
    privilege="read",
    help="The largest piece of the heap that can be had, found by asking for pieces, to 64 bytes.",
)
def largest():
    gc.collect()
    low, high = 0, gc.mem_free() // STEP + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _there(middle * STEP):
            low = middle
        else:
            high = middle
    return (low * STEP,)


@task(
    "heap.tidy",
    results=(field("count", "u16"),),
    idempotent=True,
    longest_ms=500,
    privilege="read",
    help="Let go of all loaded tasks; code that remembers nothing is loaded again by its next call.",
)
def tidy():
    import device  # here, so that a test can measure the heap without a board

    return (device.registry.tidy(),)


def _there(size):
    try:
        bytearray(size)
    except MemoryError:
        return False
    # At once, so that the piece is free for the next question.
    gc.collect()
    return True
