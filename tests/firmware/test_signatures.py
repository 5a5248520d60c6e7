# SPDX-License-Identifier: Apache-2.0
"""The firmware's Ed25519, under MicroPython with a Pico's heap, on published vectors, forgeries and mutations."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from phosphene_tools.keys import forgeries, wycheproof
from phosphene_tools.keys.forgeries import Case
from tests.firmware.test_units import FIRMWARE, HEAP, HERE, MICROPYTHON


def judged(cases: Sequence[Case], folder: Path, micropython: Path, heap: str) -> list[bool]:
    """What the firmware says of each case."""
    path = folder / "cases"
    path.write_text("".join(f"{c.key.hex()} {c.signature.hex()} {c.message.hex()}\n" for c in cases))
    ran = subprocess.run(
        [micropython, "-X", f"heapsize={heap}", HERE / "units" / "judge_signatures.py", path],
        env=os.environ | {"MICROPYPATH": os.pathsep.join((str(FIRMWARE), ".frozen"))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-500:] + ran.stderr
    return [{"True": True, "False": False}[word] for word in ran.stdout.split()]


def wrong(cases: Sequence[Case], folder: Path, micropython: Path = MICROPYTHON, heap: str = HEAP) -> Counter[str]:
    """How many cases of each category the firmware judges wrongly."""
    answers = judged(cases, folder, micropython, heap)
    assert len(answers) == len(cases)
    return Counter(case.category for case, valid in zip(cases, answers, strict=True) if valid != case.valid)


def holds_by_openssl(case: Case) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(case.key).verify(case.signature, case.message)
    except (InvalidSignature, ValueError):
        return False
    return True


def test_published_vectors(tmp_path: Path) -> None:
    cases = forgeries.published()
    assert len(cases) == 5
    assert max(len(case.message) for case in cases) == 1023
    assert all(holds_by_openssl(case) for case in cases)
    assert not wrong(cases, tmp_path)


def test_wycheproofs_categories(tmp_path: Path) -> None:
    cases = list(wycheproof.cases(seed=1))
    assert len({case.category for case in cases}) > 25
    assert not wrong(cases, tmp_path)
    # The one thing that OpenSSL sees otherwise, as RFC 8032 allows.
    assert {c.category for c in cases if holds_by_openssl(c) != c.valid} == {"key of small order"}


def test_a_thousand_mutated_signatures_are_refused(tmp_path: Path) -> None:
    cases = list(forgeries.mutated(1000, seed=2))
    assert len(cases) == 1000
    assert {case.category for case in cases} == {f"mutated {part}" for part in ("R", "S", "message", "key")}
    assert not wrong(cases, tmp_path)


def test_signatures_made_by_another_implementation_hold(tmp_path: Path) -> None:
    cases: list[Case] = []
    for number in range(60):
        secret, message = os.urandom(32), os.urandom(7 * number)
        private = Ed25519PrivateKey.from_private_bytes(secret)
        signature = private.sign(message)
        assert forgeries.Signer.from_secret(secret).sign(message) == signature
        cases.append(Case("OpenSSL's", private.public_key().public_bytes_raw(), message, signature, valid=True))
    assert not wrong(cases, tmp_path)
