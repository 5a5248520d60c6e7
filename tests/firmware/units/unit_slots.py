# SPDX-License-Identifier: Apache-2.0
"""The record of the slots, the boot stub's choice, and the updater, on MicroPython's littlefs in memory."""

import os
import sys
from binascii import hexlify
from hashlib import sha256

import vfs

for _path in sys.path[:]:
    if _path.endswith("/coprocessor"):
        sys.path.insert(1, _path + "/stub")

import installing  # noqa: E402
import judging  # noqa: E402
import slots  # noqa: E402

SIZE = 128 * 1024
PATH = "/slots-test"
ROOT = PATH + "/"


_cells = bytearray(SIZE)  # one for all: a fragmented heap has no second piece of this size


class Memory:
    def __init__(self):
        self.cells = _cells

    def readblocks(self, block, buf, offset=0):
        at = block * 4096 + offset
        buf[:] = memoryview(self.cells)[at : at + len(buf)]

    def writeblocks(self, block, buf, offset=0):
        at = block * 4096 + offset
        self.cells[at : at + len(buf)] = buf

    def ioctl(self, operation, argument):
        if operation == 4:
            return SIZE // 4096
        if operation == 5:
            return 4096
        return 0


class Board:
    """An empty file system below ROOT."""

    def __enter__(self):
        memory = Memory()
        vfs.VfsLfs2.mkfs(memory)  # pyright: ignore[reportArgumentType]
        vfs.mount(vfs.VfsLfs2(memory), PATH)  # pyright: ignore[reportArgumentType]
        self.back = os.getcwd()
        os.chdir(PATH)
        return self

    def __exit__(self, *_):
        os.chdir(self.back)
        vfs.umount(PATH)


def stub():
    # Named main, as the firmware's own main program is: that one is not imported here.
    module = __import__("main")
    assert hasattr(module, "pick"), "the firmware's main.py was found before the stub's"
    return module


def manifest(files, **head):
    facts = {"version": "1", "board": "sim", "abi": judging.abi(), "counter": "3"}
    facts.update(head)
    lines = ["phosphene bundle 1"] + ["%s %s" % (key, facts[key]) for key in ("version", "board", "abi", "counter")]
    for name in sorted(files):
        lines.append("file %s %d %s" % (hexlify(sha256(files[name]).digest()).decode(), len(files[name]), name))
    return ("\n".join(lines) + "\n").encode()


def finish(steps):
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


def put(files, **head):
    """Install an unsigned version, as at the REPL."""
    install = installing.Install(ROOT, None, "sim", True)
    finish(install.begin())
    install.write("manifest", 0, manifest(files, **head))
    finish(install.check(b""))
    for name in sorted(install.missing):
        install.write(name, 0, files[name])
    finish(install.seal())
    return install


FIRST = {"main.py": b"one", "tasks/board.py": b"tasks", "empty.txt": b""}
SECOND = {"main.py": b"two", "tasks/board.py": b"tasks", "more.py": b"more"}


def refused(work):
    try:
        work()
    except judging.Unfit as unfit:
        return str(unfit)
    raise AssertionError("it was taken")


def pick():
    slot = stub().pick(ROOT, lambda: None)
    if slot:
        os.chdir(ROOT + slot)
    return slot


def test_a_record_reads_back_and_a_damaged_one_is_none():
    with Board():
        assert slots.read(ROOT) is None
        record = slots.Record()
        record.active, record.counter, record.why = "b", 9, "two\nlines"
        record.seals["b"] = "5" * 64
        slots.write(ROOT, record)
        again = slots.held(ROOT)
        assert (again.active, again.trial, again.left, again.counter) == ("b", "", 0, 9)
        assert again.why == "two lines"
        assert again.seals == {"a": "", "b": "5" * 64}
        with open(ROOT + slots.RECORD) as file:
            text = file.read()
        with open(ROOT + slots.RECORD, "w") as file:
            file.write(text.replace("\n9\n", "\n0\n"))
        assert slots.read(ROOT) is None


def test_a_version_is_tried_three_times_and_then_given_up():
    with Board():
        put(FIRST)
        assert pick() == "a"
        installing.confirm(ROOT)
        put(SECOND)
        assert [pick() for _ in range(5)] == ["b", "b", "b", "a", "a"]
        record = slots.held(ROOT)
        assert record.why == "it was not confirmed in 3 starts"
        assert record.seals["b"] == ""


def test_a_confirmed_version_stays_and_raises_the_counter():
    with Board():
        put(FIRST)
        pick()
        installing.confirm(ROOT)
        put(SECOND, counter="8")
        assert slots.held(ROOT).counter == 3
        assert pick() == "b"
        installing.confirm(ROOT)
        record = slots.held(ROOT)
        assert (record.active, record.trial, record.counter) == ("b", "", 8)
        assert [pick() for _ in range(5)] == ["b"] * 5
        # What is older than the counter is neither taken nor fallen back to.
        assert "counter" in refused(lambda: put(FIRST, counter="7"))
        with open(ROOT + "b/main.py", "wb") as file:
            file.write(b"worn out")
        assert pick() == ""


def test_damaged_flash_falls_back_to_the_version_before():
    for spoil in ("change", "remove", "add"):
        with Board():
            put(FIRST)
            pick()
            installing.confirm(ROOT)
            put(SECOND)
            pick()
            installing.confirm(ROOT)
            if spoil == "change":
                with open(ROOT + "b/main.py", "wb") as file:
                    file.write(b"twx")
            elif spoil == "remove":
                os.remove(ROOT + "b/more.py")
            else:
                with open(ROOT + "b/tasks/clock.py", "wb") as file:
                    file.write(b"shadows clock.mpy")
            assert pick() == "a", spoil


def test_what_is_there_is_kept_or_copied_and_strays_go():
    with Board():
        put(FIRST)
        pick()
        installing.confirm(ROOT)
        install = put(SECOND)
        assert (install.kept, install.copied) == (0, 1)
        pick()
        installing.confirm(ROOT)
        third = dict(SECOND)
        third["main.py"] = b"three"
        install = put(third)
        # Slot a had the tasks from before; more.py comes from slot b; empty.txt is no part of it.
        assert (install.kept, install.copied) == (1, 1)
        assert sorted(slots.files(ROOT + "a")) == ["main.py", "manifest", "more.py", "signature", "tasks/board.py"]


def test_the_running_slot_is_never_written_over_the_line():
    with Board():
        put(FIRST)
        assert pick() == "a"
        install = installing.Install(ROOT, None, "sim")
        assert "on trial" in refused(lambda: finish(install.begin()))
        installing.confirm(ROOT)
        finish(install.begin())
        assert install.slot == "b"


def test_an_update_that_began_is_unsealed_before_anything_is_written():
    with Board():
        put(FIRST)
        pick()
        installing.confirm(ROOT)
        put(SECOND)
        pick()
        installing.confirm(ROOT)
        install = installing.Install(ROOT, None, "sim")
        finish(install.begin())
        assert slots.held(ROOT).seals["a"] == ""


def test_names_that_lead_out_of_the_slot_are_refused():
    for name in ("../main.py", "/main.py", "a/b.py", "tasks/../x.py", ".hidden", "manifest", "tasks/"):
        with Board():
            assert "no name" in refused(lambda name=name: put({"main.py": b"1", name: b"2"})), name


def test_a_piece_that_was_not_awaited_is_refused():
    with Board():
        install = installing.Install(ROOT, None, "sim", True)
        assert "no update" in refused(lambda: install.write("manifest", 0, b"x"))
        finish(install.begin())
        assert "awaited" in refused(lambda: install.write("main.py", 0, b"one"))
        text = manifest(FIRST)
        install.write("manifest", 0, text[:50])
        assert "from byte 50" in refused(lambda: install.write("manifest", 60, text[60:]))
        install.write("manifest", 50, text[50:])
        finish(install.check(b""))
        assert "checked already" in refused(lambda: install.write("manifest", 0, text))
        assert "as long" in refused(lambda: install.write("main.py", 0, b"longer"))
        assert "were not sent" in refused(lambda: finish(install.seal()))


def test_a_full_file_system_says_so_before_anything_is_sent():
    with Board():
        install = installing.Install(ROOT, None, "sim", True)
        finish(install.begin())
        install.write("manifest", 0, manifest({"main.py": b"1"}).replace(b" 1 main.py", b" %d main.py" % SIZE))
        assert "it takes 132 KiB and the file system has" in refused(lambda: finish(install.check(b"")))
