# SPDX-License-Identifier: Apache-2.0
"""The host's own verification, against RFC 8032's vectors, forgeries by category, and OpenSSL."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from phosphene_tools import keys
from phosphene_tools.deploy.host.signature import verify
from phosphene_tools.keys.key import Key
from phosphene_tools.keys.wycheproof import cases


def test_rfc_8032() -> None:
    path = Path(keys.__file__).with_name("rfc8032.json")
    vectors = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    assert len(vectors) >= 3
    for vector in vectors:
        key, message, signature = (bytes.fromhex(vector[name]) for name in ("key", "message", "signature"))
        assert verify(key, message, signature)
        assert not verify(key, message + b"\0", signature)


@pytest.mark.parametrize("seed", [1, 2])
def test_forgeries(seed: int) -> None:
    wrong = [case for case in cases(seed) if verify(case.key, case.message, case.signature) != case.valid]
    assert wrong == []


def test_as_openssl() -> None:
    dice = random.Random(7)
    for _ in range(20):
        key, message = Key("ed25519", dice.randbytes(32)), dice.randbytes(dice.randrange(200))
        signature = key.sign(message)
        assert verify(key.for_board, message, signature)
        spoilt = bytearray(signature)
        spoilt[dice.randrange(64)] ^= 1 << dice.randrange(8)
        assert not verify(key.for_board, message, bytes(spoilt))
