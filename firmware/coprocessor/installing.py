# SPDX-License-Identifier: Apache-2.0
"""Puts a signed version into the slot that does not run. docs/flash.md.

The same code serves the tasks `update.…`, the maintenance REPL of a bare board and the power-cut trial. What takes
long is a generator: it yields WRITE before it writes flash, else 0, so that the caller keeps the line quiet and the
watchdog fed.
"""

import os
from binascii import hexlify
from hashlib import sha256

import slots
from judging import Unfit, check_names, check_room, judge

WRITE = 1
LARGEST_MANIFEST = 16384
_PIECE = 1024


class Install:
    """One version on its way into a slot.

    `key` is the public key of slot `update`; None takes an unsigned version, which only whoever is at the REPL may
    ask for. `board` is the rig that this board belongs to. `attended` says that nothing of the running version will
    be loaded any more, so that its slot may be written, too.
    """

    def __init__(self, root: str, key: "bytes | None", board: str, attended: bool = False):
        self._attended = attended
        self._root = root
        self._key = key
        self._board = board
        self.slot = ""
        self._source = ""  # the slot that unchanged files are copied from
        self._judged = False
        self._seal = ""
        self._signature = b""
        self.missing = {}  # name -> size of what must be sent
        self.copied = 0
        self.kept = 0
        self._file = None
        self._name = ""
        self._at = 0

    def begin(self):
        """Choose the slot and take its seal away, so that nothing half written can ever run; a generator."""
        root = self._root
        record = slots.held(root)
        self.slot = "b" if record.active == "a" else "a"
        if slots.here() == (root, self.slot) and not self._attended:
            raise Unfit("the running version is on trial itself; confirm or reject it first")
        self._source = record.active
        if record.seals[self.slot] or record.trial:
            yield WRITE
            record.seals[self.slot] = ""
            record.trial = ""
            slots.write(root, record)
        for folder in (self.slot, self.slot + "/tasks"):
            try:
                os.stat(root + folder)
            except OSError:
                yield WRITE
                os.mkdir(root + folder)

    def write(self, name: str, offset: int, data) -> None:
        """Take the next piece of the manifest, or of a file that `check` found missing. Writes flash."""
        if not self.slot:
            raise Unfit("no update was begun")
        if name == slots.MANIFEST:
            if self._judged or offset + len(data) > LARGEST_MANIFEST:
                raise Unfit("the manifest was checked already, or is longer than %d bytes" % LARGEST_MANIFEST)
        elif name not in self.missing or offset + len(data) > self.missing[name]:
            raise Unfit("%s is not awaited here, or not as long" % name)
        if not offset:
            self._close()
            self._file = open(self._root + self.slot + "/" + name, "wb")
            self._name, self._at = name, 0
        if name != self._name or offset != self._at:
            raise Unfit("%s from byte %d was awaited" % (self._name or "a file", self._at))
        assert self._file
        self._file.write(data)
        self._at += len(data)
        if name in self.missing and self._at == self.missing[name]:
            self._close()
            del self.missing[name]

    def check(self, signature: bytes):
        """Judge the manifest, then keep or copy what is here already; a generator. `missing` has the rest.

        Raises Unfit: not signed by the key, for another board, another interpreter, too old, or no room for it.
        """
        if not self.slot or self._name != slots.MANIFEST:
            raise Unfit("no manifest was sent")
        yield WRITE
        self._close()
        self._judged = True  # from here on it can't be written any more
        folder = self._root + self.slot
        # Read once: what is verified is what is sealed.
        with open(folder + "/" + slots.MANIFEST, "rb") as file:
            message = file.read()
        record = slots.held(self._root)
        judge(slots.facts(folder), self._board, record.counter)
        if self._key is not None:
            import ed25519  # late: a bare board has none

            if not (yield from ed25519.verify(self._key, signature, message)):
                raise Unfit("it is not signed by the key in slot update; sign it with that key")
        seal = hexlify(sha256(message).digest()).decode()
        del message
        check_names(folder)
        yield from self._tidy(folder)
        yield from self._gather(folder)
        self._signature = bytes(signature)
        self._seal = seal

    def _tidy(self, folder: str):
        """Remove what the manifest does not name."""
        named = {name for name, _, _ in slots.contents(folder)}
        named.add(slots.MANIFEST)
        for name in slots.files(folder):
            if name not in named:
                yield WRITE
                os.remove(folder + "/" + name)

    def _gather(self, folder: str):
        """Keep what lies here as it should be, copy what the other slot has, note the rest."""
        self.missing = {}
        wanted = []
        for name, size, digest in slots.contents(folder):
            if (yield from slots.digest(folder + "/" + name)) == digest:
                self.kept += 1
            else:
                wanted.append((name, size, digest[:16]))
        check_room(self._root, folder, wanted)
        source = self._root + self._source
        # The beginning of a hash names a file here; `seal` compares all of it.
        there = {digest[:16]: name for name, _, digest in slots.contents(source)} if self._source else {}
        for name, size, digest in wanted:
            if digest in there:
                yield from _copy(source + "/" + there[digest], folder + "/" + name)
                self.copied += 1
            elif size:
                self.missing[name] = size
            else:
                yield WRITE
                open(folder + "/" + name, "wb").close()

    def seal(self):
        """Read everything back from flash, then have the slot tried at the next start; a generator."""
        if not self._seal or self.missing:
            raise Unfit("%d files were not sent" % len(self.missing) if self._seal else "its manifest was not checked")
        folder = self._root + self.slot
        yield WRITE
        with open(folder + "/" + slots.SIGNATURE, "wb") as file:
            file.write(self._signature)
        why = yield from slots.check(folder, self._seal)
        if why:
            raise Unfit("slot %s: %s; send it again" % (self.slot, why))
        yield WRITE
        if not self.slot:
            raise Unfit("another update was begun meanwhile")
        record = slots.held(self._root)
        record.seals[self.slot] = self._seal
        record.trial = self.slot
        record.left = slots.STARTS
        record.why = ""
        slots.write(self._root, record)
        self.slot = ""

    def end(self) -> None:
        """Let go of the file that is written: left to the garbage collector it would be closed over a newer one."""
        self._close()
        self.slot = ""

    def _close(self) -> None:
        if self._file:
            self._file.close()
        self._file = None
        self._name = ""


def _copy(source: str, target: str):
    """Copy a file; a generator."""
    piece = bytearray(_PIECE)
    view = memoryview(piece)
    with open(source, "rb") as old, open(target, "wb") as new:
        while True:
            n = old.readinto(piece)
            if not n:
                break
            yield WRITE
            new.write(view[:n])
        yield WRITE


def confirm(root: str) -> None:
    """The version on trial is the active one from now on, and none older than it is taken. Writes flash."""
    record = slots.read(root)
    if record is None or not record.trial:
        raise Unfit("no version is on trial")
    record.active = record.trial
    record.trial = ""
    record.left = 0
    record.counter = max(record.counter, int(slots.facts(root + record.active)["counter"]))
    slots.write(root, record)


def reject(root: str, why: str) -> None:
    """The version on trial is given up; the next start runs the one before it. Writes flash."""
    record = slots.read(root)
    if record is None or not record.trial:
        raise Unfit("no version is on trial")
    record.drop_trial(why)
    slots.write(root, record)
