# SPDX-License-Identifier: Apache-2.0
"""Verification of Ed25519 signatures (RFC 8032), since a set must not be judged by a package that it brought itself.

The equation is the one without the cofactor, as in OpenSSL. Nothing here is secret, so nothing takes constant time.
"""

from __future__ import annotations

import hashlib

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)

Point = tuple[int, int, int, int]


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` (64 bytes) of `message` was made by the owner of `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, scalar = _point(public), int.from_bytes(signature[32:], "little")
    # A key of small order would fit one signature to many messages.
    if key is None or scalar >= _L or _encoded(_times(8, key)) == _encoded(_NEUTRAL):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _L
    x, y, z, t = _times(challenge, key)
    return _encoded(_sum(_times(scalar, _BASE), (_P - x, y, z, _P - t))) == signature[:32]


def _sum(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c, d = 2 * one[3] * two[3] * _D % _P, 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(factor: int, point: Point) -> Point:
    found = _NEUTRAL
    while factor:
        if factor & 1:
            found = _sum(found, point)
        point, factor = _sum(point, point), factor >> 1
    return found


def _encoded(point: Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _point(encoded: bytes) -> Point | None:
    """The point that 32 bytes stand for (RFC 8032, 5.1.3), or None; what has a second encoding is refused."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT % _P
    if x * x % _P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_NEUTRAL: Point = (0, 1, 1, 0)
_BASE: Point = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or _NEUTRAL
