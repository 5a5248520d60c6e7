# SPDX-License-Identifier: Apache-2.0
"""Scaled integers: what is printed reads back, and every rounding does what its name says."""

import random

from decimals import aligned, bits, gcd, rounded, scaled, text

# Halves and their neighbours, in tenths, under each rounding.
ROUNDED = {
    "half_even": (-2, -2, -1, 0, 0, 0, 1, 2, 2),
    "half_up": (-2, -2, -1, -1, 0, 1, 1, 2, 2),
    "half_down": (-2, -1, -1, 0, 0, 0, 1, 1, 2),
    "up": (-2, -2, -2, -1, 0, 1, 2, 2, 2),
    "down": (-1, -1, -1, 0, 0, 0, 1, 1, 1),
    "ceiling": (-1, -1, -1, 0, 0, 1, 2, 2, 2),
    "floor": (-2, -2, -2, -1, 0, 0, 1, 1, 1),
}
TENTHS = (-16, -15, -11, -5, 0, 5, 11, 15, 16)


def test_every_rounding():
    for mode, values in ROUNDED.items():
        for i, tenths in enumerate(TENTHS):
            assert rounded(tenths, 10, mode) == (values[i], tenths % 10 == 0), (mode, tenths)
            assert rounded(-tenths, -10, mode)[0] == values[i], (mode, tenths)


def test_what_is_printed_reads_back():
    random.seed(5)
    for _ in range(500):
        value = random.randint(-1000000, 1000000)
        places = random.randint(0, 9)
        assert scaled(text(value, places)) == (value, places)
    assert text(0, 2) == "0.00"
    assert text(-5, 3) == "-0.005"


def test_a_small_negative_keeps_its_sign():
    assert scaled("-0.05") == (-5, 2)


def test_two_are_brought_to_one_scale():
    assert aligned("1.5", "-0.25") == (150, -25, 2)
    assert aligned("1.50", "2") == (150, 200, 2)


def test_lengths_in_bits():
    for n in (0, 1, 2, 3, 4, 255, 256, 2**64 - 1, 2**64, 2**5000 - 1, 2**5000, 2**9001):
        wanted = len("{:b}".format(n)) if n else 0
        assert bits(n) == bits(-n) == wanted, n


def test_common_divisors():
    assert gcd(12, 18) == 6
    assert gcd(5, 0) == gcd(0, 5) == 5
