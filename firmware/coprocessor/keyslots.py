# SPDX-License-Identifier: Apache-2.0
"""Key slots: the owner's keys on this board, each for one purpose. docs/keys.md.

No task returns a key. What a slot authorises can't be had from the board
itself: HMACs are given out under `device` only, never under the key of a grant.
"""

from hashlib import sha256

import durable
from micropython import const
from refusal import FORBIDDEN, Refusal, refused

KEY = const(32)  # bytes of every key

HMAC = "hmac"  # a shared secret, for HMAC-SHA-256
ED25519 = "ed25519"  # a public key; its owner keeps the private one

# What each slot may hold. `arm` is judged within a call, and a signature takes longer.
SLOTS = {
    "arm": (HMAC,),
    "unlock": (HMAC, ED25519),
    "update": (ED25519,),
    "device": (HMAC,),
}
_FACTORY = "arm.key"  # an arming key that was put there with the firmware


def _path(slot: str) -> str:
    import device  # late: it assembles the modules that import this one

    return device.store + "key-" + slot


def read(slot: str) -> tuple:
    """(kind, key) of a slot. Raises Refusal FORBIDDEN when it is empty."""
    held = peek(slot)
    if held is None:
        raise Refusal(FORBIDDEN, "no key in slot %s; provision one" % slot)
    return held


def peek(slot: str) -> "tuple | None":
    """(kind, key) of a slot, or None when it is empty. Raises Refusal when it is damaged."""
    record = durable.read(_path(slot))
    if record is not None:
        kind, key = record[:-KEY].decode(), record[-KEY:]
        if kind not in SLOTS[slot]:
            raise refused("slot %s holds a key of kind %s, which it may not" % (slot, kind))
        return kind, key
    if slot == "arm":
        return _factory()
    return None


def _factory() -> "tuple | None":
    import device  # late, as above

    # Beside the firmware that was copied to the board as it is, or where the slots' versions keep what stays.
    for path in (_FACTORY, device.store + _FACTORY):
        try:
            with open(path, "rb") as file:
                key = file.read()
        except OSError:
            continue
        if len(key) != KEY:  # a short one could be guessed, an empty one is known to everybody
            raise refused("%s has %d bytes; a key has %d" % (path, len(key), KEY))
        return HMAC, key
    return None


def fill(slot: str, kind: str, key: bytes) -> None:
    """Put a key into a slot, whatever it held. To be called within a flash pause."""
    durable.write(_path(slot), kind.encode() + key)


def check_kind(slot: str, kind: str) -> None:
    """Raise Refusal unless the slot may hold a key of this kind."""
    if kind not in SLOTS[slot]:
        raise refused("slot %s takes %s keys" % (slot, " or ".join(SLOTS[slot])))


def fingerprint(kind: str, key: bytes) -> bytes:
    """8 bytes by which people compare keys; keys are random, so it gives none away."""
    return sha256(b"phosphene key " + kind.encode() + key).digest()[:8]
