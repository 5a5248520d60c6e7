# SPDX-License-Identifier: Apache-2.0
"""Verification of Ed25519 signatures (RFC 8032), in slices that leave the board time for its other work.

`decoded` and `verify` are generators: each yields 0 whenever it has worked for
`SLICE_US`, and returns its answer. A process says `valid = yield from verify(...)`.

The equation is the one without the cofactor, [S]B = R + [k]A, judged by the
encoding of R as OpenSSL and Go do it. What has two encodings is refused: S
from the group's order on, y from the field's prime on, x = 0 with its sign
set. So is a public key of small order, under which one signature would fit
many messages; RFC 8032 leaves that open.
"""

from time import ticks_diff, ticks_us

from edwards25519 import LOW, NEUTRAL, D, L, P, ROOT, add, base, digits, double, mul, ready, small_order
from micropython import const
from sha512 import Sha512

SLICE_US = const(3000)


class Turn:
    """A slice of work: says when it is over."""

    def __init__(self):
        self.begin()

    def begin(self) -> None:
        self._since = ticks_us()

    def rest(self):
        """Let the others work if the slice is over; a generator."""
        if ticks_diff(ticks_us(), self._since) >= SLICE_US:
            yield 0
            self.begin()


def _squared(x, times, turn):
    """x to the power of 2**times."""
    for _ in range(times):
        x = mul(x, x)
        yield from turn.rest()
    return x


def _nearly_inverse(x, turn):
    """(x**(2**250 - 1), x**11): 1/x and the square root both begin with these.

    pow() with a modulus would hold the interpreter, and with it the timer that
    kicks the dead-man, for tens of milliseconds of a Pico.
    """
    x2 = mul(x, x)
    x4 = mul(x2, x2)
    x9 = mul(mul(x4, x4), x)
    x11 = mul(x9, x2)
    e5 = mul(mul(x11, x11), x9)  # x**(2**5 - 1), and so on
    e10 = mul((yield from _squared(e5, 5, turn)), e5)
    e20 = mul((yield from _squared(e10, 10, turn)), e10)
    e40 = mul((yield from _squared(e20, 20, turn)), e20)
    e50 = mul((yield from _squared(e40, 10, turn)), e10)
    e100 = mul((yield from _squared(e50, 50, turn)), e50)
    e200 = mul((yield from _squared(e100, 100, turn)), e100)
    return mul((yield from _squared(e200, 50, turn)), e50), x11


def decoded(key, turn=None):
    """The point that 32 bytes stand for, or None; a generator. RFC 8032, 5.1.3."""
    turn = turn or Turn()
    if len(key) != 32:
        return None
    y = int.from_bytes(key, "little")
    sign = y >> 255
    y &= LOW
    if y >= P:
        return None
    # x² = u / v, and a candidate for its root is u v³ (u v⁷)^((p - 5) / 8)
    u = mul(y, y) - 1
    v = mul(mul(y, y), D) + 1
    uv3 = mul(mul(mul(v, v), v), u)
    uv7 = mul(mul(uv3, mul(v, v)), mul(v, v))
    power, _ = yield from _nearly_inverse(uv7, turn)
    x = mul(mul((yield from _squared(power, 2, turn)), uv7), uv3)
    check = mul(v, mul(x, x))
    if (check - u) % P:
        if (check + u) % P:
            return None
        x = mul(x, ROOT)
    x %= P
    if not x and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, mul(x, y)


def _hashed(parts, turn):
    """The SHA-512 of all parts as a number modulo the group's order."""
    hashing = Sha512()
    for part in parts:
        view = memoryview(part)
        for at in range(0, len(view), 128):
            hashing.update(view[at : at + 128])
            yield from turn.rest()
    return int.from_bytes(hashing.digest(), "little") % L


def odd_multiples(point, turn):
    """The point, 3 times it, … 15 times it, ready to be added."""
    twice = ready(double(point))
    table = [ready(point)]
    for _ in range(7):
        point = add(point, twice, 1)
        table.append(ready(point))
        yield from turn.rest()
    return table


def verify(key, signature, message):
    """Whether `signature` is that of `message` by the owner of `key`; a generator."""
    turn = Turn()
    if len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    point = yield from decoded(key, turn)
    if point is None or small_order(point):
        return False
    k = yield from _hashed((signature[:32], key, message), turn)
    # [S]B - [k]A by Straus: both scalars share the doublings.
    bases = yield from odd_multiples(base(), turn)
    keys = yield from odd_multiples(point, turn)
    s = digits(s)
    yield from turn.rest()
    k = digits(k)
    total = NEUTRAL
    for i in range(255, -1, -1):
        total = double(total)
        if s[i]:
            total = add(total, bases[abs(s[i]) >> 1], s[i])
        if k[i]:
            total = add(total, keys[abs(k[i]) >> 1], -k[i])
        yield from turn.rest()
    x, y, z, _ = total
    power, z11 = yield from _nearly_inverse(z, turn)
    inverse = mul((yield from _squared(power, 5, turn)), z11)
    encoded = y * inverse % P | (x * inverse % P & 1) << 255
    return encoded == int.from_bytes(signature[:32], "little")
