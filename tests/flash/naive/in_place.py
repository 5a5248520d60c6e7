# SPDX-License-Identifier: Apache-2.0
"""An updater as one would write it first: it checks everything beforehand, then writes over the running version."""

import os

import ed25519
import slots


def update(root, key, board, files, manifest, signature, attended=False):
    """Write a version over the active one."""
    record = slots.read(root) or slots.Record()
    slot = record.active or "a"
    if not _finish(ed25519.verify(key, signature, manifest)) or b"board %s\n" % board.encode() not in manifest:
        raise ValueError("refused")
    for folder in (root + slot, root + slot + "/tasks"):
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there
    for name in slots.files(root + slot):
        os.remove(root + slot + "/" + name)
    for name, content in sorted(files.items()) + [("signature", signature), ("manifest", manifest)]:
        with open(root + slot + "/" + name, "wb") as file:
            file.write(content)
    record.active = slot
    record.seals[slot] = _finish(slots.digest(root + slot + "/manifest"))
    slots.write(root, record)


def confirm(root):
    """Nothing was on trial."""


def _finish(steps):
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value
