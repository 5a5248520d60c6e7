# SPDX-License-Identifier: Apache-2.0
"""Updates over the line: a version signed by the key in slot `update` goes into the slot that does not run."""

import os
import sys
from binascii import unhexlify

import device
import installing
import keyslots
import slots
import updating
from judging import abi
from process import Pause
from refusal import refused
from task import field, task

_boot: "dict[str, installing.Install | None]" = {
    "install": None
}  # the one under way; not empty, or the registry takes it for a constant


@task(
    "update.state",
    results=(
        field("slot", "text", max=1),
        field("trial", "bool"),
        field("starts_left", "u8"),
        field("counter", "u32"),
        field("manifest", "bytes", max=32),
        field("why", "text", max=120),
        field("abi", "text", max=16),
        field("interpreter", "text", max=32),
        field("free_kib", "u32"),
        field("signed", "bool"),
    ),
    idempotent=True,
    longest_ms=100,
    privilege="read",
    help="Which slot runs, what it was sealed with, and what the next version must fit.",
)
def state():
    root, slot = slots.here()
    record = slots.held(root) if root else slots.Record()
    seal = record.seals[slot] if slot else ""
    status = os.statvfs(root or device.store or "/")
    version = ".".join([str(part) for part in sys.implementation.version if part != ""])
    return (
        slot,
        bool(slot) and record.trial == slot,
        record.left,
        record.counter,
        unhexlify(seal),
        record.why,
        abi(),
        version,
        status[0] * status[3] // 1024,
        keyslots.peek("update") is not None,
    )


@task(
    "update.manifest",
    args=(field("offset", "u32"),),
    results=(field("data", "bytes", max=1024),),
    idempotent=True,
    longest_ms=50,
    privilege="read",
    help="A piece of the running version's manifest, empty past its end.",
)
def manifest(offset):
    root, slot = slots.here()
    if not root:
        return (b"",)
    with open(root + slot + "/" + slots.MANIFEST, "rb") as file:
        file.seek(offset)
        return (file.read(1024),)


@task(
    "update.begin",
    kind="process",
    results=(field("slot", "text", max=1),),
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=12,
    help="Make the slot that does not run ready for another version.",
)
def begin():
    root = updating.root()
    updating.check_idle()
    key = keyslots.read("update")[1]  # without one, whoever sends would be anybody
    before = _boot["install"]
    if before:
        yield Pause(updating.WRITE_MS)
        before.end()
        _boot["install"] = None
    install = installing.Install(root, key, device.config["board"])
    yield from updating.quiet(install.begin())
    _boot["install"] = install
    return (install.slot,)


@task(
    "update.write",
    kind="process",
    args=(field("name", "text", min=1, max=48), field("offset", "u32"), field("data", "bytes", max=1024)),
    results=(field("missing", "u16"),),
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=1000,
    help="Write the next piece of the manifest, or of a file that was found missing.",
)
def write(name, offset, data):
    install = _under_way()
    yield Pause(updating.WRITE_MS)
    updating.check_idle()
    try:
        install.write(name, offset, data)
    except installing.Unfit as unfit:
        raise refused(str(unfit))
    except OSError as fault:
        raise refused("the file system took no more: %r; remove files of yours from the board" % fault)
    return (len(install.missing),)


@task(
    "update.check",
    kind="process",
    args=(field("signature", "bytes", max=64),),
    results=(field("missing", "u16"), field("copied", "u16"), field("kept", "u16")),
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=1000,
    help="Judge the manifest and its signature; keep and copy what the board has already.",
)
def check(signature):
    install = _under_way()
    yield from updating.quiet(install.check(signature))
    return len(install.missing), install.copied, install.kept


@task(
    "update.missing",
    args=(field("skip", "u16"),),
    results=(field("names", "text", max=1000),),
    idempotent=True,
    privilege="read",
    help="Names of files that must be sent, a line each, as many as fit; empty at the end.",
)
def missing(skip):
    names = sorted(_under_way().missing)[skip:]
    while len("\n".join(names)) > 1000:
        names = names[: len(names) // 2]
    return ("\n".join(names),)


@task(
    "update.seal",
    kind="process",
    results=(field("slot", "text", max=1),),
    privilege="maintain",
    on_lease_loss="go_on",
    writes_per_hour=12,
    help="Read all of the new version back; if it is whole, the next start tries it.",
)
def seal():
    install = _under_way()
    slot = install.slot
    yield from updating.quiet(install.seal())
    _boot["install"] = None
    return (slot,)


def _under_way():
    install = _boot["install"]
    if not install:
        raise refused("no update was begun since the board started")
    return install
