# SPDX-License-Identifier: Apache-2.0
"""Ed25519 signatures that a verifier must refuse, by the categories of Wycheproof, and published ones that hold.

Made afresh from a seed, not copied: a few need points and scalars that no library's signer gives out, and so
the curve's arithmetic is here once more, slow and plain, as RFC 8032 writes it.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P
_ROOT = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """A signature, and whether it holds. `key` and `signature` may have wrong lengths where `valid` is False."""

    category: str
    key: bytes
    message: bytes
    signature: bytes
    valid: bool


def published() -> list[Case]:
    """Return the vectors of RFC 8032, section 7.1, the 1,023 bytes among them."""
    vectors = json.loads(Path(__file__).with_name("rfc8032.json").read_text(encoding="utf-8"))["vectors"]
    return [
        Case(v["name"], bytes.fromhex(v["key"]), bytes.fromhex(v["message"]), bytes.fromhex(v["signature"]), True)
        for v in vectors
    ]


def add(a: Point, b: Point) -> Point:
    """Return the sum of two points in affine coordinates."""
    (x1, y1), (x2, y2) = a, b
    k = _D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def times(n: int, point: Point) -> Point:
    """Return n times the point, for n from 0 on."""
    total = NEUTRAL
    while n:
        if n & 1:
            total = add(total, point)
        point = add(point, point)
        n >>= 1
    return total


def negative(point: Point) -> Point:
    """Return the point's inverse."""
    return -point[0] % P, point[1]


def root_of_x(y: int) -> int | None:
    """Return the even x of the points with this y, or None when there are none."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * _ROOT % P
    if x * x % P != square:
        return None
    return P - x if x & 1 else x


def encode(point: Point) -> bytes:
    """Return the 32 bytes of a point."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def _scalar(value: int) -> bytes:
    return value.to_bytes(32, "little")


def _base() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = root_of_x(y)
    assert x is not None
    return x, y


BASE = _base()


def small_order_points() -> list[Point]:
    """Return the eight points that eight times add up to nothing, the neutral one first."""
    dice = random.Random(8)
    while True:
        y = dice.randrange(P)
        x = root_of_x(y)
        if x is None:
            continue
        generator = times(ORDER, (x, y))
        points = [times(n, generator) for n in range(8)]
        if len(set(points)) == 8:
            return points


def challenge(encoded_r: bytes, key: bytes, message: bytes) -> int:
    """Return k of RFC 8032, 5.1.7."""
    return int.from_bytes(hashlib.sha512(encoded_r + key + message).digest(), "little") % ORDER


@dataclass(frozen=True)
class Signer:
    """A key pair whose scalars can be reached."""

    scalar: int
    prefix: bytes
    key: bytes

    @classmethod
    def from_secret(cls, secret: bytes) -> Signer:
        """Return the signer of a 32-byte secret (RFC 8032, 5.1.5)."""
        digest = hashlib.sha512(secret).digest()
        scalar = int.from_bytes(digest[:32], "little")
        scalar = scalar & ~7 & (1 << 254) - 1 | 1 << 254
        return cls(scalar, digest[32:], encode(times(scalar, BASE)))

    def nonce(self, message: bytes) -> int:
        """Return r of RFC 8032, 5.1.6."""
        return int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % ORDER

    def sign(self, message: bytes) -> bytes:
        """Return the signature of RFC 8032, 5.1.6."""
        r = self.nonce(message)
        encoded_r = encode(times(r, BASE))
        return encoded_r + _scalar((r + challenge(encoded_r, self.key, message) * self.scalar) % ORDER)


def mutated(count: int, seed: int) -> Iterator[Case]:
    """Yield `count` signatures of which one to three bits were flipped: in R, in S, in the message or in the key."""
    dice = random.Random(seed)
    signers = [Signer.from_secret(dice.randbytes(32)) for _ in range(4)]
    originals: list[tuple[bytes, bytes, bytes]] = []
    for number in range(32):
        message = dice.randbytes(dice.randint(1, 200))
        originals.append((signers[number % 4].key, message, signers[number % 4].sign(message)))
    for _ in range(count):
        parts = list(dice.choice(originals))
        name, part, start, stop = dice.choice(
            [("R", 2, 0, 256), ("S", 2, 256, 512), ("message", 1, 0, 8 * len(parts[1])), ("key", 0, 0, 256)]
        )
        changed = bytearray(parts[part])
        for bit in dice.sample(range(start, stop), dice.randint(1, 3)):
            changed[bit // 8] ^= 1 << bit % 8
        parts[part] = bytes(changed)
        yield Case(f"mutated {name}", parts[0], parts[1], parts[2], valid=False)
