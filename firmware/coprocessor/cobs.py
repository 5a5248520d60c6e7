# SPDX-License-Identifier: Apache-2.0
"""Consistent overhead byte stuffing, streaming and without heap, as native code.

Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999.
"""

import micropython
from micropython import const

# Slots of the decoder's state, an array('i') that outlives the calls, so that
# a frame may arrive in any number of pieces.
POS = const(0)  # next byte of the chunk
END = const(1)  # length of the chunk
OUT = const(2)  # bytes decoded so far
LEFT = const(3)  # bytes left in the current block
ZERO = const(4)  # the current block ends in a zero that is not written yet
FAULT = const(5)  # 0 fine, 1 broken, 2 too long
SEEN = const(6)  # anything but delimiters since the last frame
SLOTS = const(7)


@micropython.viper
def decode(state: ptr32, chunk: ptr8, out: ptr8, limit: int) -> int:
    """Decode from `chunk` into `out`; true when a delimiter ended a frame.

    False means that the chunk is used up. `state[OUT]` is the frame's length
    and `state[FAULT]` its fault; call `restart` before the next frame.
    """
    pos = state[0]
    end = state[1]
    n = state[2]
    left = state[3]
    zero = state[4]
    fault = state[5]
    done = 0
    while pos < end:
        byte = chunk[pos]
        pos += 1
        if byte == 0:
            if state[6]:
                if left and not fault:
                    fault = 1
                done = 1
                break
        else:
            state[6] = 1
            if left:
                left -= 1
                if n < limit:
                    out[n] = byte
                    n += 1
                else:
                    fault = 2
            else:
                if zero:
                    if n < limit:
                        out[n] = 0
                        n += 1
                    else:
                        fault = 2
                left = byte - 1
                zero = 1 if byte < 255 else 0
    state[0] = pos
    state[2] = n
    state[3] = left
    state[4] = zero
    state[5] = fault
    return done


def restart(state) -> None:
    """Forget the finished frame; the position in the chunk stays."""
    state[OUT] = 0
    state[LEFT] = 0
    state[ZERO] = 0
    state[FAULT] = 0
    state[SEEN] = 0


@micropython.viper
def encode(body: ptr8, n: int, wire: ptr8) -> int:
    """Encode `n` bytes and their delimiter; the bytes written to `wire`."""
    mark = 0  # where the current block's length goes
    w = 1
    length = 1
    i = 0
    while i < n:
        byte = body[i]
        i += 1
        if byte:
            wire[w] = byte
            w += 1
            length += 1
        # A full block at the very end opens no empty one behind it.
        if byte == 0 or (length == 255 and i < n):
            wire[mark] = length
            mark = w
            w += 1
            length = 1
    wire[mark] = length
    wire[w] = 0
    return w + 1
