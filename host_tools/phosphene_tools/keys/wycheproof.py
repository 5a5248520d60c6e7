# SPDX-License-Identifier: Apache-2.0
"""The categories of Wycheproof's Ed25519 tests, and what lies beyond them, built from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from phosphene_tools.keys.forgeries import (
    BASE,
    NEUTRAL,
    ORDER,
    Case,
    P,
    Point,
    Signer,
    add,
    challenge,
    encode,
    negative,
    root_of_x,
    small_order_points,
    times,
)


def cases(seed: int) -> Iterator[Case]:
    """Yield valid signatures and, by category, ones that must be refused."""
    dice = random.Random(seed)
    signer = Signer.from_secret(dice.randbytes(32))
    message = dice.randbytes(40)
    signature = signer.sign(message)
    yield Case("valid", signer.key, message, signature, valid=True)
    for category, altered in _altered(signature, signer.key):
        yield Case(category, signer.key, message, altered, valid=False)
    other = Signer.from_secret(dice.randbytes(32))
    yield Case("another key", other.key, message, signature, valid=False)
    yield Case("another message", signer.key, message + b"\0", signature, valid=False)
    yield Case("empty message", signer.key, b"", signature, valid=False)
    yield from _re_encoded(signer, message)
    yield from _compressed(signer, dice)
    yield from _bad_keys(signer, message, signature)
    yield from _torsion(dice)


def _altered(signature: bytes, key: bytes) -> Iterator[tuple[str, bytes]]:
    r, s = signature[:32], signature[32:]
    for length in (0, 1, 31, 32, 63):
        yield "truncated", signature[:length]
    for garbage in (signature + b"\0", b"\0" + signature, r + b"\0" + s, signature + key, signature * 2):
        yield "extended", garbage
    yield "swapped", s + r
    yield "reversed", r[::-1] + s[::-1]
    yield "all zero", bytes(64)
    yield "all ones", b"\xff" * 64
    value = int.from_bytes(s, "little")
    for multiple in (1, 2, 4, 8):
        yield "S + nL", r + (value + multiple * ORDER).to_bytes(32, "little")
    for bit in (253, 254, 255):
        yield "S with a high bit", r + (value | 1 << bit).to_bytes(32, "little")
    yield "S + p", r + (value + P).to_bytes(32, "little")
    specials = (0, 1, ORDER - 1, ORDER, ORDER + 1, P - 1, P, P + 1, 2**255 - 1, 2**256 - 1)
    for special_r in specials:
        for special_s in specials:
            encoded = special_r.to_bytes(32, "little") + special_s.to_bytes(32, "little")
            yield "special values", encoded
    for special in specials:
        yield "special R", special.to_bytes(32, "little") + s
        yield "special S", r + special.to_bytes(32, "little")


def _with_r(signer: Signer, r: int, encoded: bytes, message: bytes) -> bytes:
    """A signature with R = rB whose bytes are `encoded` instead: all but the encoding is right."""
    s = (r + challenge(encoded, signer.key, message) * signer.scalar) % ORDER
    return encoded + s.to_bytes(32, "little")


def _re_encoded(signer: Signer, message: bytes) -> Iterator[Case]:
    r = signer.nonce(message)
    right = encode(times(r, BASE))
    yield Case("S made again", signer.key, message, _with_r(signer, r, right, message), valid=True)
    wrong = [bytes(32), bytes([byte ^ 0xFF for byte in right]), encode(negative(times(r, BASE)))]
    for bit in (0, 1, 2, 7, 8, 16, 31, 32, 63, 64, 97, 127, 240, 247, 248, 253, 254, 255):
        wrong.append((int.from_bytes(right, "little") ^ 1 << bit).to_bytes(32, "little"))
    off_curve = next(y for y in range(2, 100) if root_of_x(y) is None)
    wrong.append(off_curve.to_bytes(32, "little"))
    for encoded in wrong:
        yield Case("R encoded wrongly", signer.key, message, _with_r(signer, r, encoded, message), valid=False)
    # R may be the neutral point: the equation decides, and it has one encoding.
    yield Case("R neutral", signer.key, message, _with_r(signer, 0, encode(NEUTRAL), message), valid=True)
    for y in (P + 1, P + 1 | 1 << 255, 1 | 1 << 255):
        encoded = y.to_bytes(32, "little")
        yield Case("R not canonical", signer.key, message, _with_r(signer, 0, encoded, message), valid=False)


def _compressed(signer: Signer, dice: random.Random) -> Iterator[Case]:
    """Signatures that hold a zero byte, with that byte left out."""
    wanted = {"first": 0, "last of R": 31, "first of S": 32}
    message = dice.randbytes(16)
    r = dice.randrange(1, ORDER)
    point = times(r, BASE)
    while wanted:
        r, point = r + 1, add(point, BASE)
        signature = _with_r(signer, r, encode(point), message)
        for name, at in list(wanted.items()):
            if signature[at] == 0:
                shorter = signature[:at] + signature[at + 1 :]
                yield Case(f"zero byte left out, {name}", signer.key, message, shorter, valid=False)
                del wanted[name]


def _bad_keys(signer: Signer, message: bytes, signature: bytes) -> Iterator[Case]:
    key = signer.key
    for length in (0, 31, 33, 64):
        yield Case("key of a wrong length", (key * 2)[:length], message, signature, valid=False)
    off_curve = (y for y in range(2, 1000) if root_of_x(y) is None)
    for _ in range(4):
        yield Case("key off the curve", next(off_curve).to_bytes(32, "little"), message, signature, valid=False)
    for y in range(P, 2**255):
        for sign in (0, 1 << 255):
            yield Case("key not canonical", (y | sign).to_bytes(32, "little"), message, signature, valid=False)
    for y in (1, P - 1):
        encoded = (y | 1 << 255).to_bytes(32, "little")
        yield Case("key with x = 0 and its sign", encoded, message, signature, valid=False)


def _torsion(dice: random.Random) -> Iterator[Case]:
    """Points of small order, alone and mixed in, with signatures that satisfy the equation or only eight times it."""
    points = small_order_points()
    for point in points:
        # Its owner needs no secret: R = rB - kA for a guessed k modulo the order of A.
        yield Case("key of small order", *_holding(dice, 0, point), valid=False)
    mixed = points[1]
    secret = dice.randrange(1, ORDER)
    yield Case("key of mixed order", *_holding(dice, secret, mixed), valid=True)
    key, message, signature = _holding(dice, secret, mixed, off=1)
    yield Case("holds only eight times over", key, message, signature, valid=False)


def _holding(dice: random.Random, secret: int, torsion: Point, off: int = 0) -> tuple[bytes, bytes, bytes]:
    """(key, message, signature) under A = secret B + torsion, which holds; or fails by `off` times the torsion."""
    key = encode(add(times(secret, BASE), torsion))
    while True:
        message = dice.randbytes(8)
        r, guess = dice.randrange(ORDER), dice.randrange(8)
        encoded_r = encode(add(times(r, BASE), negative(times(guess, torsion))))
        k = challenge(encoded_r, key, message)
        if (guess - k) % 8 == off:
            return key, message, encoded_r + ((r + k * secret) % ORDER).to_bytes(32, "little")
