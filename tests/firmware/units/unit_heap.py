# SPDX-License-Identifier: Apache-2.0
"""What heap.largest finds is what can be had, and no more."""

import gc

from tasks.heap import STEP, largest


def can_have(size):
    gc.collect()
    try:
        bytearray(size)
    except MemoryError:
        return False
    return True


def test_so_much_can_be_had_and_no_more():
    (found,) = largest()
    assert found > 100000, "of a heap of 384 KiB"
    assert can_have(found - 4 * STEP)
    assert not can_have(found + 4 * STEP)


def test_a_block_in_the_middle_halves_it():
    (before,) = largest()
    below = bytearray(before // 2)
    wall = bytearray(before // 16)  # too large for a gap further down
    del below
    (after,) = largest()
    assert before * 2 // 5 < after < before * 3 // 5, (before, after)
    assert wall[0] == 0
