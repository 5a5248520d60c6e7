# SPDX-License-Identifier: Apache-2.0
"""Decimals as scaled integers and exact ratios, and their rounding: no float anywhere."""

LONGEST = 9000  # bits of a number worked with, some 2,700 digits: what a product costs
PRINTED = 2126  # bits of a result before its point, 640 digits: what printing it costs

# How a quotient becomes a whole number; the names are those of Python's `decimal`:
# half_even, half_up, half_down, up (away from zero), down (towards zero), ceiling, floor.


def scaled(text):
    """A decimal text as (integer, places)."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction), len(fraction)


def text(value, places):
    """The inverse: an integer and its places as decimal text."""
    if not places:
        return str(value)
    digits = str(abs(value))
    digits = "0" * (places + 1 - len(digits)) + digits
    return "%s%s.%s" % ("-" if value < 0 else "", digits[:-places], digits[-places:])


def aligned(a, b):
    """Two decimal texts as integers of one scale: (x, y, places)."""
    (x, p), (y, q) = scaled(a), scaled(b)
    places = max(p, q)
    return x * 10 ** (places - p), y * 10 ** (places - q), places


def rounded(numerator, denominator, mode="half_even"):
    """The quotient as a whole number, and whether it is exact. The denominator is not 0."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    value, rest = divmod(numerator, denominator)
    if rest and _up(value, 2 * rest - denominator, mode):
        value += 1
    return value, not rest


def _up(value, over, mode):
    """Whether what lies between `value` and the next goes up; `over` has the sign of its distance from the middle."""
    if mode in ("floor", "ceiling"):
        return mode == "ceiling"
    if mode in ("up", "down"):
        return (value >= 0) == (mode == "up")
    if over or mode == "half_even":
        return over > 0 or (not over and value & 1)
    return (value >= 0) == (mode == "half_up")


def bits(number):
    """The length of an integer in bits: what its arithmetic costs, without printing it."""
    number = abs(number)
    step = 8
    while number >> step:
        step *= 2
    length = 0
    while step > 1:
        step >>= 1
        if number >> step:
            number >>= step
            length += step
    return length + (number > 0)


def gcd(a, b):
    """The greatest common divisor, by Euclid."""
    while b:
        a, b = b, a % b
    return abs(a)
