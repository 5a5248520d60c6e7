# SPDX-License-Identifier: Apache-2.0
"""A key of the owner: what a board gets of it, and how it grants."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from phosphene_tools.keys.errors import KeyStoreError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Kind = Literal["ed25519", "hmac"]
Slot = Literal["arm", "unlock", "update", "device"]
Purpose = Literal["arm", "unlock", "rotate"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes: shared with the board (`hmac`), or the private half of a pair (`ed25519`)."""

    kind: Kind
    secret: bytes

    @classmethod
    def new(cls, kind: Kind) -> Key:
        """Return a fresh random key."""
        return cls(kind, secrets.token_bytes(SECRET_BYTES))

    @property
    def for_board(self) -> bytes:
        """The 32 bytes that go into a slot: the secret itself, or the public key."""
        return self.secret if self.kind == "hmac" else self._private().public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> bytes:
        """8 bytes by which people compare keys; the board tells the same (firmware `keyslots.py`)."""
        return hashlib.sha256(b"phosphene key " + self.kind.encode() + self.for_board).digest()[:8]

    def sign(self, message: bytes) -> bytes:
        """Return the HMAC-SHA-256 (32 bytes) or the Ed25519 signature (64 bytes) of a message."""
        if self.kind == "hmac":
            return hmac.digest(self.secret, message, hashlib.sha256)
        return self._private().sign(message)

    def grant(self, purpose: Purpose, boot_id: int, nonce: bytes, subject: bytes = b"") -> bytes:
        """Return the grant for `purpose` on `subject`, for this boot and nonce (docs/keys.md)."""
        return self.sign(f"phosphene {purpose}".encode() + struct.pack("<I", boot_id) + nonce + subject)

    def _private(self) -> Ed25519PrivateKey:
        return private_keys().from_private_bytes(self.secret)


def private_keys() -> type[Ed25519PrivateKey]:
    """Return the class of private Ed25519 keys. Raises KeyStoreError when the package is not installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise KeyStoreError(
            "Ed25519 keys need the package cryptography", place=str(error), cure="pip install cryptography"
        ) from error
    return Ed25519PrivateKey
