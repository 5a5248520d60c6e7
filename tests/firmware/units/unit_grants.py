# SPDX-License-Identifier: Apache-2.0
"""HMAC-SHA-256 against the vectors of RFC 4231."""

from binascii import unhexlify

from grants import hmac_sha256


def test_rfc_4231():
    for key, message, wanted in (
        (
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            b"\xaa" * 20,
            b"\xdd" * 50,
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
    ):
        assert hmac_sha256(key, message) == unhexlify(wanted)
