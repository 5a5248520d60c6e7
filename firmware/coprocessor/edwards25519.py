# SPDX-License-Identifier: Apache-2.0
"""The field and the group of Ed25519 (RFC 8032, 5.1), on MicroPython's long integers.

Points are (X, Y, Z, T) in extended coordinates on -x² + y² = 1 + dx²y²; sums
and doublings are those of Hisil, Wong, Carter and Dawson (ASIACRYPT 2008) and
hold for every two points. Values are right modulo P, and small, but reduced
only where it says so. Nothing here is secret, so nothing takes constant time.
"""

from array import array

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = 37095705934669439343138083508754565189542113879843219016388785533085940283555
ROOT = 19681161376707505956807079304988542015446066515923890162744021073123829784752  # of -1
LOW = 2**255 - 1
NEUTRAL = (0, 1, 1, 0)
_D2 = 2 * D
_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960


def mul(a, b):
    """a b modulo p, but for a few times p: the division of `%` takes twice as long on 16-bit digits."""
    c = a * b
    c = (c & LOW) + 19 * (c >> 255)
    return (c & LOW) + 19 * (c >> 255)


def double(point):
    x, y, z, _ = point
    a = mul(x, x)
    b = mul(y, y)
    h = a + b
    e = h - mul(x + y, x + y)
    g = a - b
    f = 2 * mul(z, z) + g
    return mul(e, f), mul(g, h), mul(f, g), mul(e, h)


def ready(point):
    """A point as `add` wants it: Y - X, Y + X, 2Z, 2dT."""
    x, y, z, t = point
    return y - x, y + x, 2 * z, mul(t, _D2)


def add(point, ready, sign):
    """The sum; the difference if `sign` is negative."""
    x, y, z, t = point
    minus, plus, zz, td = ready
    if sign < 0:
        minus, plus, td = plus, minus, -td
    a = mul(y - x, minus)
    b = mul(y + x, plus)
    c = mul(t, td)
    d = mul(z, zz)
    e = b - a
    f = d - c
    g = d + c
    h = b + a
    return mul(e, f), mul(g, h), mul(f, g), mul(e, h)


def small_order(point) -> bool:
    """Whether eight times the point is nothing: true of eight points on the curve."""
    for _ in range(3):
        point = double(point)
    return not point[0] % P


def base():
    """The base point."""
    return _X, _Y, 1, mul(_X, _Y)


def digits(n):
    """`n` in non-adjacent form: digit i, zero or odd, counts 2**i."""
    digits = array("b", bytearray(256))
    i = 0
    while n:
        if n & 1:
            digit = n & 31
            if digit > 15:
                digit -= 32
            n -= digit
            digits[i] = digit
        n >>= 1
        i += 1
    return digits
