# SPDX-License-Identifier: Apache-2.0
"""SHA-512 (FIPS 180-4), which MicroPython's hashlib lacks, as native code.

A word is two halves. Of a half only the low 32 bits count: every right shift
is masked to the bits that a 32-bit number has left, and sums carry through 16
bits at a time. So nothing depends on whether viper's integer has 32 bits, as
on a micro-controller, or 64, as on a desktop, and nothing touches the heap.
"""

from array import array
from binascii import unhexlify
from struct import pack, pack_into, unpack

import micropython
from micropython import const

BLOCK = const(128)

# Fractions of the cube roots of the first 80 primes, and of the square roots of the first 8.
_ROUNDS = unhexlify(
    b"428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc3956c25bf348b53859f111f1b605d019"
    b"923f82a4af194f9bab1c5ed5da6d8118d807aa98a303024212835b0145706fbe243185be4ee4b28c550c7dc3d5ffb4e2"
    b"72be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235c19bf174cf692694e49b69c19ef14ad2efbe4786384f25e3"
    b"0fc19dc68b8cd5b5240ca1cc77ac9c652de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5"
    b"983e5152ee66dfaba831c66d2db43210b00327c898fb213fbf597fc7beef0ee4c6e00bf33da88fc2d5a79147930aa725"
    b"06ca6351e003826f142929670a0e6e7027b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed53380d139d95b3df"
    b"650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353ba2bfe8a14cf10364a81a664bbc423001"
    b"c24b8b70d0f89791c76c51a30654be30d192e819d6ef5218d69906245565a910f40e35855771202a106aa07032bbd1b8"
    b"19a4c116b8d2d0c81e376c085141ab532748774cdf8eeb9934b0bcb5e19b48a8391c0cb3c5c95a634ed8aa4ae3418acb"
    b"5b9cca4f7763e373682e6ff3d6b2b8a3748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec"
    b"90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532bca273eceea26619cd186b8c721c0c207"
    b"eada7dd6cde0eb1ef57d4f7fee6ed17806f067aa72176fba0a637dc5a2c898a6113f9804bef90dae1b710b35131c471b"
    b"28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc431d67c49c100d4c4cc5d4becb3e42b6597f299cfc657e2a"
    b"5fcb6fab3ad6faec6c44198c4a475817"
)
_START = unhexlify(
    b"6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1"
    b"510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179"
)


def _halves(words: bytes) -> array:
    return array("I", unpack(">%dI" % (len(words) // 4), words))


_K = _halves(_ROUNDS)
del _ROUNDS


@micropython.viper
def _copy(s: ptr32, h: ptr32):
    """Start the working variables from the hash."""
    i = 0
    while i < 16:
        s[i] = h[i]
        i += 1


@micropython.viper
def _load(w: ptr32, data: ptr8, pos: int):
    """The first 16 words of the schedule: 128 bytes of `data` from `pos`."""
    i = 0
    while i < 32:
        w[i] = data[pos] << 24 | data[pos + 1] << 16 | data[pos + 2] << 8 | data[pos + 3]
        pos += 4
        i += 1


@micropython.viper
def _extend(w: ptr32):
    """Replace the 16 words of the schedule by the next 16, in a ring."""
    low31 = 0x3FFFFFFF
    low31 = low31 << 1 | 1  # too large for a constant of a 32-bit port
    i = 0
    while i < 32:
        j = (i + 2) & 31
        hi = w[j]
        lo = w[j + 1]
        ah = (hi >> 1 & low31) ^ lo << 31 ^ (hi >> 8 & 0xFFFFFF) ^ lo << 24 ^ (hi >> 7 & 0x1FFFFFF)
        al = (lo >> 1 & low31) ^ hi << 31 ^ (lo >> 8 & 0xFFFFFF) ^ hi << 24 ^ (lo >> 7 & 0x1FFFFFF) ^ hi << 25
        j = (i + 28) & 31
        hi = w[j]
        lo = w[j + 1]
        bh = (hi >> 19 & 0x1FFF) ^ lo << 13 ^ (lo >> 29 & 7) ^ hi << 3 ^ (hi >> 6 & 0x3FFFFFF)
        bl = (lo >> 19 & 0x1FFF) ^ hi << 13 ^ (hi >> 29 & 7) ^ lo << 3 ^ (lo >> 6 & 0x3FFFFFF) ^ hi << 26
        j = (i + 18) & 31
        hi = w[j]
        lo = w[j + 1]
        v = w[i + 1]
        p = (v & 0xFFFF) + (lo & 0xFFFF) + (al & 0xFFFF) + (bl & 0xFFFF)
        q = (v >> 16 & 0xFFFF) + (lo >> 16 & 0xFFFF) + (al >> 16 & 0xFFFF) + (bl >> 16 & 0xFFFF) + (p >> 16)
        w[i + 1] = q << 16 | p & 0xFFFF
        w[i] = w[i] + hi + ah + bh + (q >> 16)
        i += 2


@micropython.viper
def _rounds(s: ptr32, w: ptr32, k: ptr32, first: int):
    """Sixteen rounds from number `first` on the working variables a to h in `s`."""
    i = 0
    first = first << 1
    while i < 32:
        # Where a stands moves down by one word a round; so does everything else, and nothing is copied.
        at = 32 - i
        hi = s[(at + 8) & 15]
        lo = s[(at + 9) & 15]
        fh = s[(at + 10) & 15]
        fl = s[(at + 11) & 15]
        gh = s[(at + 12) & 15]
        gl = s[(at + 13) & 15]
        xh = s[(at + 14) & 15]
        xl = s[(at + 15) & 15]
        uh = (hi >> 14 & 0x3FFFF) ^ lo << 18 ^ (hi >> 18 & 0x3FFF) ^ lo << 14 ^ (lo >> 9 & 0x7FFFFF) ^ hi << 23
        ul = (lo >> 14 & 0x3FFFF) ^ hi << 18 ^ (lo >> 18 & 0x3FFF) ^ hi << 14 ^ (hi >> 9 & 0x7FFFFF) ^ lo << 23
        gh = gh ^ (hi & (fh ^ gh))
        gl = gl ^ (lo & (fl ^ gl))
        fh = k[first + i]
        fl = k[first + i + 1]
        hi = w[i]
        lo = w[i + 1]
        p = (xl & 0xFFFF) + (ul & 0xFFFF) + (gl & 0xFFFF) + (fl & 0xFFFF) + (lo & 0xFFFF)
        q = (xl >> 16 & 0xFFFF) + (ul >> 16 & 0xFFFF) + (gl >> 16 & 0xFFFF) + (fl >> 16 & 0xFFFF)
        q += (lo >> 16 & 0xFFFF) + (p >> 16)
        xh = xh + uh + gh + fh + hi + (q >> 16)
        xl = q << 16 | p & 0xFFFF
        # d becomes d + t1, which is e of the next round
        lo = s[(at + 7) & 15]
        p = (lo & 0xFFFF) + (xl & 0xFFFF)
        q = (lo >> 16 & 0xFFFF) + (xl >> 16 & 0xFFFF) + (p >> 16)
        s[(at + 7) & 15] = q << 16 | p & 0xFFFF
        s[(at + 6) & 15] = s[(at + 6) & 15] + xh + (q >> 16)
        # h becomes t1 + t2, which is a of the next round
        hi = s[at & 15]
        lo = s[(at + 1) & 15]
        uh = (hi >> 28 & 15) ^ lo << 4 ^ (lo >> 2 & 0x3FFFFFFF) ^ hi << 30 ^ (lo >> 7 & 0x1FFFFFF) ^ hi << 25
        ul = (lo >> 28 & 15) ^ hi << 4 ^ (hi >> 2 & 0x3FFFFFFF) ^ lo << 30 ^ (hi >> 7 & 0x1FFFFFF) ^ lo << 25
        fh = s[(at + 2) & 15]
        fl = s[(at + 3) & 15]
        gh = s[(at + 4) & 15]
        gl = s[(at + 5) & 15]
        gh = (hi & fh) ^ (hi & gh) ^ (fh & gh)
        gl = (lo & fl) ^ (lo & gl) ^ (fl & gl)
        p = (xl & 0xFFFF) + (ul & 0xFFFF) + (gl & 0xFFFF)
        q = (xl >> 16 & 0xFFFF) + (ul >> 16 & 0xFFFF) + (gl >> 16 & 0xFFFF) + (p >> 16)
        s[(at + 15) & 15] = q << 16 | p & 0xFFFF
        s[(at + 14) & 15] = xh + uh + gh + (q >> 16)
        i += 2


@micropython.viper
def _add(h: ptr32, s: ptr32):
    """Add the working variables to the hash."""
    i = 0
    while i < 16:
        a = h[i + 1]
        b = s[i + 1]
        p = (a & 0xFFFF) + (b & 0xFFFF)
        q = (a >> 16 & 0xFFFF) + (b >> 16 & 0xFFFF) + (p >> 16)
        h[i + 1] = q << 16 | p & 0xFFFF
        h[i] = h[i] + s[i] + (q >> 16)
        i += 2


class Sha512:
    """Takes data in pieces of any length; a block of 128 bytes takes about a millisecond of a Pico."""

    def __init__(self):
        self._hash = _halves(_START)
        self._work = array("I", self._hash)
        self._schedule = array("I", bytearray(128))
        self._tail = bytearray(BLOCK)
        self._length = 0

    def _compress(self, data, pos) -> None:
        work, schedule = self._work, self._schedule
        _copy(work, self._hash)
        _load(schedule, data, pos)
        _rounds(work, schedule, _K, 0)
        for first in (16, 32, 48, 64):
            _extend(schedule)
            _rounds(work, schedule, _K, first)
        _add(self._hash, work)

    def update(self, data) -> None:
        """Take more data: bytes, a bytearray or a view."""
        n = len(data)
        pos = 0
        have = self._length % BLOCK
        self._length += n
        if have:
            pos = min(n, BLOCK - have)
            self._tail[have : have + pos] = data[:pos]
            if have + pos < BLOCK:
                return
            self._compress(self._tail, 0)
        while n - pos >= BLOCK:
            self._compress(data, pos)
            pos += BLOCK
        self._tail[: n - pos] = data[pos:]

    def digest(self) -> bytes:
        """The 64 bytes; nothing may be taken after it."""
        tail = self._tail
        have = self._length % BLOCK
        tail[have] = 0x80
        tail[have + 1 :] = bytes(BLOCK - 1 - have)
        if have >= BLOCK - 16:
            self._compress(tail, 0)
            tail[:] = bytes(BLOCK)
        # The bits' count has 128 bits; its upper half stays zero below 2**61 bytes.
        pack_into(">Q", tail, BLOCK - 8, 8 * self._length)
        self._compress(tail, 0)
        return pack(">16I", *self._hash)


def sha512(data) -> bytes:
    """The SHA-512 of `data`, 64 bytes."""
    hashing = Sha512()
    hashing.update(data)
    return hashing.digest()
