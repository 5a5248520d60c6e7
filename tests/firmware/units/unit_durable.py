# SPDX-License-Identifier: Apache-2.0
"""Records that a power cut tears anywhere: the old content or the new one, never less, never neither."""

import os

import durable
from refusal import Refusal


class Medium:
    """A block device in memory, littlefs on it; it can be cut off after so many writes."""

    def __init__(self, blocks=8, size=512):
        self.data = bytearray(b"\xff" * (blocks * size))
        self.size = size
        self.left = -1  # operations until the power goes; -1: it stays

    def _powered(self):
        if self.left == 0:
            raise OSError(5)
        if self.left > 0:
            self.left -= 1

    def readblocks(self, block, buf, offset=0):
        at = block * self.size + offset
        buf[:] = self.data[at : at + len(buf)]

    def writeblocks(self, block, buf, offset=0):
        at = block * self.size + offset
        if self.left == 0:
            raise OSError(5)
        if self.left == 1:  # the power goes in the middle of this one
            half = len(buf) // 2
            self.data[at : at + half] = buf[:half]
        self._powered()
        if self.left != 0:
            self.data[at : at + len(buf)] = buf

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.data) // self.size
        if operation == 5:
            return self.size
        if operation == 6:
            self._powered()
            at = argument * self.size
            self.data[at : at + self.size] = b"\xff" * self.size
        return 0


def mounted(medium, kind):
    from vfs import mount

    mount(kind(medium), "/unit")


def unmounted():
    from vfs import umount

    umount("/unit")


def cut_everywhere(kind):
    """Write over a record with the power cut at every write and erase in turn; what was read afterwards."""
    seen = {}
    whole = False
    for cut in range(1, 200):
        medium = Medium()
        kind.mkfs(medium)
        mounted(medium, kind)
        for n in range(cut % 7 + 1):  # file systems at different fillings
            durable.write("/unit/record", b"old %d" % n)
        medium.left = cut
        try:
            durable.write("/unit/record", b"new")
            whole = medium.left != 0
        except OSError:
            whole = False
        medium.left = -1
        unmounted()
        mounted(medium, kind)
        content = durable.read("/unit/record")
        assert content in (b"new", b"old %d" % (cut % 7)), (cut, content)
        if whole:
            assert content == b"new", cut
        seen[content == b"new"] = True
        durable.write("/unit/record", b"newer")  # what the cut left is in nobody's way
        assert durable.read("/unit/record") == b"newer"
        unmounted()
        if whole:
            break
    assert whole, "the last cut came after the end"
    return seen


def test_power_cuts_on_littlefs():
    from vfs import VfsLfs2

    assert cut_everywhere(VfsLfs2) == {True: True, False: True}


def test_what_was_never_written_is_none():
    assert durable.read("there is no such file") is None


def test_torn_and_damaged_records():
    from vfs import VfsLfs2

    medium = Medium()
    VfsLfs2.mkfs(medium)  # pyright: ignore[reportArgumentType] -- the stubs want a subclass
    mounted(medium, VfsLfs2)
    path = "/unit/record"

    def put(name, raw):
        with open(name, "wb") as file:
            file.write(raw)

    durable.write(path, b"first")
    with open(path, "rb") as file:
        whole = file.read()
    # A torn new one beside a whole old one, cut at every length.
    for n in range(len(whole)):
        put(path + ".new", whole[:n])
        assert durable.read(path) == b"first"
    # On a file system whose rename deletes first: only the new one is there, whole or torn.
    os.remove(path)
    put(path + ".new", whole)
    assert durable.read(path) == b"first"
    put(path + ".new", whole[:-1])
    assert durable.read(path) is None
    os.remove(path + ".new")
    # A record that changed under its name is told, not taken for none.
    for damaged in (b"", whole[:-1], whole[:3] + b"?" + whole[4:]):
        put(path, damaged)
        try:
            durable.read(path)
        except Refusal as refusal:
            assert "damaged" in refusal.text
        else:
            raise AssertionError("it was taken for whole")
    unmounted()
