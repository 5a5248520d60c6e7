# SPDX-License-Identifier: Apache-2.0
"""Hashes, signatures, random bytes and counters that never go back."""

import os
from hashlib import sha256 as sha_256
from struct import pack, unpack

import device
import durable
import grants
import keyslots
from process import Pause
from refusal import refused
from task import field, task

LONGEST_WRITE_MS = 300  # two commits to littlefs, each of which may erase two sectors


@task(
    "crypto.sha256",
    args=(field("data", "bytes", max=1024),),
    results=(field("digest", "bytes", min=32, max=32),),
    idempotent=True,
    privilege="read",
    help="The SHA-256 of the bytes that were sent.",
)
def sha256(data):
    return (sha_256(data).digest(),)


@task(
    "crypto.sha512",
    args=(field("data", "bytes", max=1024),),
    results=(field("digest", "bytes", min=64, max=64),),
    idempotent=True,
    longest_ms=20,
    privilege="read",
    help="The SHA-512 of the bytes that were sent.",
)
def sha512(data):
    from sha512 import sha512

    return (sha512(data),)


@task(
    "crypto.hmac",
    args=(field("key", "bytes", max=256), field("data", "bytes", max=1024)),
    results=(field("mac", "bytes", min=32, max=32),),
    idempotent=True,
    privilege="read",
    help="HMAC-SHA-256 of the bytes that were sent, under a key that was sent.",
)
def hmac(key, data):
    return (grants.hmac_sha256(bytes(key), data),)


@task(
    "crypto.device_hmac",
    args=(field("data", "bytes", max=1024),),
    results=(field("mac", "bytes", min=32, max=32),),
    idempotent=True,
    help="HMAC-SHA-256 under the key in slot device, by which the board shows who it is.",
)
def device_hmac(data):
    return (grants.hmac_sha256(keyslots.read("device")[1], data),)


@task(
    "crypto.verify",
    kind="process",
    args=(
        field("key", "bytes", min=32, max=32),
        field("signature", "bytes", min=64, max=64),
        field("message", "bytes", max=1024),
    ),
    results=(field("valid", "bool"),),
    idempotent=True,
    privilege="read",
    on_lease_loss="go_on",
    help="Whether an Ed25519 signature of a message is that of the owner of a public key.",
)
def verify(key, signature, message):
    from ed25519 import verify

    valid = yield from verify(key, signature, message)
    return (valid,)


@task(
    "crypto.verify_update",
    kind="process",
    args=(field("signature", "bytes", min=64, max=64), field("message", "bytes", max=1024)),
    results=(field("valid", "bool"),),
    idempotent=True,
    privilege="read",
    on_lease_loss="go_on",
    help="Whether an Ed25519 signature of a message is that of the owner of the key in slot update.",
)
def verify_update(signature, message):
    from ed25519 import verify

    valid = yield from verify(keyslots.read("update")[1], signature, message)
    return (valid,)


@task(
    "crypto.random",
    args=(field("count", "u16", min=1, max=256),),
    results=(field("data", "bytes", min=1, max=256),),
    privilege="read",
    help="So many random bytes, from the chip's own source.",
)
def random(count):
    return (os.urandom(count),)


def _counter_path(number):
    return "%scounter-%d" % (device.store, number)


def _count(number):
    record = durable.read(_counter_path(number))
    return unpack("<I", record)[0] if record else 0


@task(
    "crypto.counter",
    args=(field("number", "u8", max=7),),
    results=(field("value", "u32"),),
    idempotent=True,
    privilege="read",
    help="What a durable counter stands at; one that was never advanced stands at 0.",
)
def counter(number):
    return (_count(number),)


@task(
    "crypto.advance",
    kind="process",
    args=(field("number", "u8", max=7), field("by", "u32", min=1)),
    results=(field("value", "u32"),),
    longest_ms=300,
    on_lease_loss="go_on",
    writes_per_hour=20,
    help="Advance a durable counter and tell its new value, which it never falls below again.",
)
def advance(number, by):
    yield Pause(LONGEST_WRITE_MS)
    # From here to the end nothing else runs: no value is given twice.
    value = _count(number) + by
    if value > 0xFFFFFFFF:
        raise refused("counter %d stands at %d and can't go that far" % (number, value - by))
    durable.write(_counter_path(number), pack("<I", value))
    return (value,)
