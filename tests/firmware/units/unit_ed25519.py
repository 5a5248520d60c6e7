# SPDX-License-Identifier: Apache-2.0
"""Ed25519 on RFC 8032's own vectors; keys that are none; slices of work.

tests/firmware/test_crypto.py brings the long vector, the forgeries and the mutated signatures.
"""

from binascii import unhexlify

import ed25519
import edwards25519 as curve

VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


def answer(generator):
    """(what the generator returns, how often it yielded)."""
    yields = 0
    while True:
        try:
            assert next(generator) == 0
        except StopIteration as end:
            return end.value, yields
        yields += 1


def vectors():
    return [tuple([unhexlify(part) for part in vector]) for vector in VECTORS]


def test_rfc_8032():
    for key, message, signature in vectors():
        assert answer(ed25519.verify(key, signature, message))[0] is True
        assert answer(ed25519.verify(key, signature, message + b"\0"))[0] is False


def test_wrong_lengths_are_no_signatures():
    key, message, signature = vectors()[0]
    for n in (0, 1, 32, 63):
        assert answer(ed25519.verify(key, signature[:n], message))[0] is False
    for n in (0, 1, 31):
        assert answer(ed25519.verify(key[:n], signature, message))[0] is False
    assert answer(ed25519.verify(key + b"\0", signature, message))[0] is False
    assert answer(ed25519.verify(key, signature + b"\0", message))[0] is False


def decoded(y, sign=0):
    return answer(ed25519.decoded((y | sign << 255).to_bytes(32, "little")))[0]


def test_every_second_encoding_is_none():
    p = 2**255 - 19
    points = 0
    for y in range(19):
        for sign in (0, 1):
            points += decoded(y, sign) is not None
            assert decoded(p + y, sign) is None
    assert points > 15, "the canonical ones of these decode, or the refusals above prove nothing"
    for y in (1, p - 1):  # x = 0
        assert decoded(y) is not None
        assert decoded(y, 1) is None


def test_a_decoded_point_lies_on_the_curve():
    for y in range(2, 40):
        point = decoded(y, 1)
        if point:
            x = point[0]
            assert x & 1
            left, right = y * y - x * x, 1 + curve.D * x * x * y * y
            assert (left - right) % curve.P == 0


def test_the_base_point_has_the_order_of_the_group():
    total = curve.NEUTRAL
    multiples = answer(ed25519.odd_multiples(curve.base(), ed25519.Turn()))[0]
    digits = curve.digits(curve.L)
    for i in range(255, -1, -1):
        total = curve.double(total)
        if digits[i]:
            total = curve.add(total, multiples[abs(digits[i]) >> 1], digits[i])
    x, y, z, _ = total
    assert x % curve.P == 0
    assert (y - z) % curve.P == 0
    assert not curve.small_order(curve.base())
    assert curve.small_order(curve.NEUTRAL)


def test_digits_are_those_of_the_number():
    for n in (0, 1, 15, 16, 17, 31, 2**252, curve.L - 1, 2**253 - 1, 0x123456789ABCDEF0123456789ABCDEF):
        digits = curve.digits(n)
        assert sum([digit * 2**i for i, digit in enumerate(digits)]) == n
        assert all(digit == 0 or (digit & 1 and -16 < digit < 16) for digit in digits)


def test_it_works_in_slices():
    key, message, signature = vectors()[0]
    clock = ed25519.ticks_us
    try:
        # A clock on which each look takes a millisecond, as each does on a slow board.
        now = [0]

        def ticks():
            now[0] += 1000
            return now[0]

        ed25519.ticks_us = ticks
        valid, yields = answer(ed25519.verify(key, signature, message))
    finally:
        ed25519.ticks_us = clock
    assert valid
    assert yields > 200


def test_little_work_lies_between_two_looks_at_the_clock():
    key, message, signature = vectors()[2]
    mul, clock = curve.mul, ed25519.ticks_us
    counts = []

    def counted(a, b):
        counts[-1] += 1
        return mul(a, b)

    def ticks():
        # Every look says that the slice is over.
        now[0] += ed25519.SLICE_US
        return now[0]

    now = [0]
    curve.mul = ed25519.mul = counted
    ed25519.ticks_us = ticks
    try:
        counts.append(0)
        for _ in ed25519.verify(key, signature, message):
            counts.append(0)
    finally:
        curve.mul = ed25519.mul = mul
        ed25519.ticks_us = clock
    assert 2500 < sum(counts) < 3500
    # A doubling and two additions take 24; the start of a table and the test for small order a few more.
    assert max(counts) <= 60, max(counts)
