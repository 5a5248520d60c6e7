# SPDX-License-Identifier: Apache-2.0
"""CRC-32 (IEEE 802.3) in place, as native code.

`binascii.crc32` is C, but it wants a slice (two heap objects) and returns an
integer that a 32-bit port keeps on the heap: 80 bytes a frame that this saves.
"""

from array import array

import micropython

_ROW = array("I", bytearray(4 * 16))


def _fill() -> None:
    for i in range(16):
        crc = i
        for _ in range(4):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
        _ROW[i] = crc


_fill()


@micropython.viper
def _crc(row: ptr32, body: ptr8, n: int) -> int:
    crc = -1
    i = 0
    while i < n:
        crc ^= body[i]
        # A right shift keeps the sign: the mask makes it the logical one.
        crc = ((crc >> 4) & 0x0FFFFFFF) ^ row[crc & 15]
        crc = ((crc >> 4) & 0x0FFFFFFF) ^ row[crc & 15]
        i += 1
    return crc ^ -1


@micropython.viper
def append(body: ptr8, n: int):
    """Write the CRC of the first `n` bytes behind them."""
    crc = int(_crc(_ROW, body, n))
    body[n] = crc
    body[n + 1] = crc >> 8
    body[n + 2] = crc >> 16
    body[n + 3] = crc >> 24


@micropython.viper
def matches(body: ptr8, n: int) -> bool:
    """Whether the CRC that ends these `n` bytes is that of the others."""
    crc = int(_crc(_ROW, body, n - 4))
    differs = (body[n - 4] ^ crc) | (body[n - 3] ^ crc >> 8) | (body[n - 2] ^ crc >> 16) | (body[n - 1] ^ crc >> 24)
    return (differs & 0xFF) == 0
