# SPDX-License-Identifier: Apache-2.0
"""The cryptographic cases of `phosphene bench exact`: published vectors, forgeries, mutated signatures."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from random import Random

from phosphene_tools.bench.exact_case import Case, equal
from phosphene_tools.keys import forgeries, wycheproof

HASHED = (0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1023, 1024)
"""Lengths about the edges of a block and of its padding, and the longest that a task takes."""
_BLOCK = 64  # of SHA-256: an HMAC's key that is longer is hashed first
_KEYS = (0, 1, 20, _BLOCK - 1, _BLOCK, _BLOCK + 1, 131, 256)
_ABC = b"abc"
_NIST = {  # FIPS 180-4's examples and RFC 4231, test case 2: written out, so that they don't come from this computer
    "crypto.sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "crypto.sha512": "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
}
_RFC4231 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def hashes(rng: Random) -> Iterator[Case]:
    """Digests and MACs: published ones, then every length that matters, of random bytes."""
    for task, digest in _NIST.items():
        yield Case(task, {"data": _ABC}, equal(digest=bytes.fromhex(digest)))
    jefe: dict[str, object] = {"key": b"Jefe", "data": b"what do ya want for nothing?"}
    yield Case("crypto.hmac", jefe, equal(mac=bytes.fromhex(_RFC4231)))
    for length in HASHED:
        data = rng.randbytes(length)
        yield Case("crypto.sha256", {"data": data}, equal(digest=hashlib.sha256(data).digest()))
        yield Case("crypto.sha512", {"data": data}, equal(digest=hashlib.sha512(data).digest()))
        for size in _KEYS:
            key = rng.randbytes(size)
            yield Case("crypto.hmac", {"key": key, "data": data}, equal(mac=hmac.digest(key, data, "sha256")))


def signatures(seed: int, mutations: int) -> Iterator[tuple[str, Case]]:
    """Signatures by their group: `rfc8032`, `wycheproof`, `mutated`.

    Keys and signatures of a wrong length never reach the task: its declaration refuses them, which is their case.
    """
    groups = {
        "rfc8032": forgeries.published(),
        "wycheproof": wycheproof.cases(seed),
        "mutated": forgeries.mutated(mutations, seed),
    }
    for group, cases in groups.items():
        for case in cases:
            arguments: dict[str, object] = {"key": case.key, "signature": case.signature, "message": case.message}
            fits = len(case.key) == 32 and len(case.signature) == 64
            yield group, Case("crypto.verify", arguments, equal(valid=case.valid) if fits else None)
