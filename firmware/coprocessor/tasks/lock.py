# SPDX-License-Identifier: Apache-2.0
"""Locks: they open on a grant that was signed off the device, and close by themselves."""

import device
import grants
from refusal import refused
from task import field, task

LOOK_MS = 50


@task(
    "lock.unlock",
    says=("open", "unlock"),
    kind="process",
    args=(field("lock", "text", max=32), field("grant", "bytes", min=32, max=64)),
    progress=(field("left_ms", "u32", unit="ms"),),
    results=(field("why", "text", max=160),),
    privilege="arm",
    exactness="overlay",
    on_lease_loss="safe",
    help="Open for the declared time, with a grant of slot unlock over the nonce and the lock's name.",
)
def unlock(lock, grant):
    bolt = _lock(lock)
    if bolt.on:
        raise refused("%s is open already; it closes by itself" % lock)
    # What would be refused anyway should not cost its owner a grant.
    bolt.check_change()
    yield from grants.granted("unlock", grant, grants.UNLOCK, lock.encode())
    try:
        bolt.turn_on(granted=True)
        yield (bolt.limits.on_left(device.safety.ms()),)
        # The safety timer closes it, also if nobody comes back here.
        while bolt.on:
            yield LOOK_MS
    finally:
        bolt.make_safe()
    return (bolt.latched or "a call closed it",)


@task(
    "lock.close",
    says=("close", "lock"),
    args=(field("lock", "text", max=32),),
    idempotent=True,
    exactness="overlay",
    help="Close now, before its time.",
)
def close(lock):
    _lock(lock).make_safe()


def _lock(name):
    bolt = device.outputs.named(name)
    if not bolt.lock:
        raise refused("%s is no lock; declare lock = true in the rig" % name)
    if not bolt.limits.max_on:
        raise refused("%s would stay open; declare max_on_s in the rig" % name)
    return bolt
