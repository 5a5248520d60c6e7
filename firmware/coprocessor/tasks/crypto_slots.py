# SPDX-License-Identifier: Apache-2.0
"""Provisioning and rotating the keys of this board. docs/keys.md."""

from binascii import hexlify

import device
import grants
import keyslots
from process import Pause
from refusal import FORBIDDEN, Refusal, refused
from task import field, task

LONGEST_WRITE_MS = 300  # two commits to littlefs, each of which may erase two sectors


@task(
    "crypto.slots",
    results=(field("slots", "text", max=400),),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="A line per key slot: its name, and kind and fingerprint of its key, or empty.",
)
def slots():
    lines = []
    for slot in sorted(keyslots.SLOTS):
        try:
            held = keyslots.peek(slot)
        except Refusal:
            lines.append("%s damaged" % slot)
        else:
            lines.append("%s empty" % slot if held is None else _line(slot, held))
    return ("\n".join(lines),)


def _line(slot, held):
    kind, key = held
    return "%s %s %s" % (slot, kind, hexlify(keyslots.fingerprint(kind, key)).decode())


@task(
    "crypto.nonce",
    results=(field("nonce", "bytes", min=16, max=16),),
    help="A fresh nonce for a grant that a process judges, as lock.unlock does; the one before is void.",
)
def nonce():
    return (grants.nonce(),)


@task(
    "crypto.provision",
    kind="process",
    args=(
        field("slot", "choice", choices=("arm", "unlock", "update", "device")),
        field("kind", "choice", choices=("hmac", "ed25519")),
        field("key", "bytes", min=32, max=32),
    ),
    results=(field("fingerprint", "bytes", min=8, max=8),),
    longest_ms=300,
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=4,
    help="Put a key into an empty slot, while the board is not armed.",
)
def provision(slot, kind, key):
    _check_empty(slot)
    yield from _check_key(slot, kind, key)
    yield Pause(LONGEST_WRITE_MS)
    _check_empty(slot)  # another process may have filled it meanwhile
    return _filled(slot, kind, key)


@task(
    "crypto.rotate",
    kind="process",
    args=(
        field("slot", "choice", choices=("arm", "unlock", "update", "device")),
        field("kind", "choice", choices=("hmac", "ed25519")),
        field("key", "bytes", min=32, max=32),
        field("grant", "bytes", min=32, max=64),
    ),
    results=(field("fingerprint", "bytes", min=8, max=8),),
    longest_ms=300,
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=4,
    help="Replace the key of a slot, by a grant of the key that it holds, while the board is not armed.",
)
def rotate(slot, kind, key, grant):
    before = keyslots.read(slot)
    yield from grants.granted(slot, grant, grants.ROTATE, slot.encode() + b" " + kind.encode() + b" " + key)
    yield from _check_key(slot, kind, key)
    yield Pause(LONGEST_WRITE_MS)
    if keyslots.read(slot) != before:
        raise Refusal(FORBIDDEN, "the key that granted this was replaced meanwhile")
    return _filled(slot, kind, key)


def _check_empty(slot):
    if keyslots.peek(slot) is not None:
        raise Refusal(FORBIDDEN, "slot %s holds a key; rotate it by a grant" % slot)


def _check_key(slot, kind, key):
    _check_disarmed()
    keyslots.check_kind(slot, kind)
    if kind == keyslots.ED25519:
        from ed25519 import decoded, small_order

        point = yield from decoded(key)
        if point is None or small_order(point):
            raise refused("these 32 bytes are no Ed25519 public key")
    elif key == bytes(keyslots.KEY):
        raise refused("a secret of zeros is none")


def _check_disarmed():
    if device.safety.armed:
        raise Refusal(FORBIDDEN, "keys change only while the board is not armed; disarm it")


def _filled(slot, kind, key):
    """Write the key; within a flash pause, and with no yield after the last check."""
    _check_disarmed()
    keyslots.fill(slot, kind, key)
    return (keyslots.fingerprint(kind, key),)
