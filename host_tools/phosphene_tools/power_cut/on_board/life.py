# SPDX-License-Identifier: Apache-2.0
"""One update from the first page to its confirmation, cut at every flash write; what boots afterwards is judged.

Runs under MicroPython, with its littlefs, the board's own boot stub and updater. `python life.py JOB` reads a job
in JSON and prints lines of JSON. A power cut leaves exactly the steps before it, whole, and the one under way, torn:
so the update runs once, its steps are noted, and each cut is made from them.
"""

import gc
import json
import os
import random
import sys
from binascii import unhexlify
from hashlib import sha256

import vfs

with open(sys.argv[1]) as file:
    JOB = json.load(file)
# The stub's main.py before the firmware's; slots.py and installing.py are the firmware's own.
sys.path[:] = JOB["path"] + [sys.path[0]]

import cells
import ed25519
import main as stub
import slots

updater = __import__(JOB["updater"])
ed25519.SLICE_US = 1 << 30

ROOT = "/fs/"
TAIL = 16  # flash writes
BOARD = JOB["board"]
KEY = unhexlify(JOB["key"])


class Version:
    """A bundle, as the host laid it out."""

    def __init__(self, folder):
        self.files = {}
        for name in slots.files(folder):
            with open(folder + "/" + name, "rb") as file:
                self.files[name] = file.read()
        self.manifest = self.files.pop("manifest")
        self.signature = self.files.pop("signature")

    def hashes(self):
        """What its slot must hold: SHA-256 by name."""
        held = dict(self.files)
        held["manifest"], held["signature"] = self.manifest, self.signature
        return {name: sha256(content).digest() for name, content in held.items()}


class Mounted:
    """The file system of an image while the context lasts; nothing that is open survives it.

    Where steps are noted its buffers are a board's, since they decide what is written when; else they are larger,
    and it is quicker.
    """

    def __init__(self, image, steps=None):
        self._cells = cells.Cells(image, steps)
        self._readsize = cells.PAGE if steps is not None else cells.SECTOR // 4

    def __enter__(self):
        vfs.mount(vfs.VfsLfs2(self._cells, readsize=self._readsize, progsize=cells.PAGE), "/fs")
        os.chdir("/fs")

    def __exit__(self, *_):
        os.chdir("/")
        vfs.umount("/fs")


def formatted(size):
    image = bytearray(cells.ERASED * (size // cells.SECTOR))
    vfs.VfsLfs2.mkfs(cells.Cells(image), readsize=cells.PAGE, progsize=cells.PAGE)
    return image


def start():
    """What a start of the board does: the slot that runs, or ""."""
    slot = stub.pick(ROOT, lambda: None)
    if slot:
        os.chdir(ROOT + slot)
    return slot


def install(version, attended=False):
    updater.update(ROOT, KEY, BOARD, version.files, version.manifest, version.signature, attended)


def brought_up(versions, size):
    """An image on which these were installed and confirmed, one after the other."""
    image = formatted(size)
    with Mounted(image):
        for path in JOB["stub"]:
            with open(path, "rb") as source, open(ROOT + path.split("/")[-1], "wb") as target:
                target.write(source.read())
    for version in versions:
        with Mounted(image):
            start()
            install(version, True)
        with Mounted(image):
            start()
            updater.confirm(ROOT)
    return image


def whole(slot, versions):
    """The name of the version whose files, all of them and no others, lie in this slot; "" when none does."""
    held = {}
    for name in slots.files(ROOT + slot):
        with open(ROOT + slot + "/" + name, "rb") as file:
            held[name] = sha256(file.read()).digest()
    for name, hashes in versions.items():
        if held == hashes:
            return name
    return ""


class Tally:
    """What came of the cuts."""

    def __init__(self):
        self.cuts = self.bricked = self.mixed = self.accepted_bad = self.offered = self.stuck = self.not_needed = 0
        self.ran = {}
        self.examples = []

    def note(self, what, where):
        setattr(self, what, getattr(self, what) + 1)
        if len(self.examples) < 20:
            self.examples.append("%s: %s" % (what, where))


def survive(image, versions, tally, where):
    """Start from an image that a cut left, as often as it takes to be settled; True when all went well."""
    trial = True
    while trial:  # once more after it was confirmed
        trial = False
        try:
            with Mounted(image):
                slot = start()
                name = whole(slot, versions) if slot else ""
                record = slots.read(ROOT)
                if slot and record and record.trial == slot and name:
                    # Its content is that of a version that passed its self-test on the simulated board.
                    updater.confirm(ROOT)
                    trial = True
        except OSError as fault:
            slot = ""
            where = "%s, %r" % (where, fault)
        if not slot:
            tally.note("bricked", where)
            return False
        if not name:
            tally.note("mixed", where)
            return False
    tally.ran[name] = tally.ran.get(name, 0) + 1
    return True


def offer(image, bad, versions, tally, where):
    """Offer a bundle that must be refused. Returns what the board said, "" when it said nothing against it.

    Taken is what makes a board run anything but a whole signed version. A spoilt file that the board did not need,
    since the cut came after its right content had arrived, is not.
    """
    tally.offered += 1
    refusal = ""
    with Mounted(image):
        start()
        try:
            install(bad)
        except Exception as fault:
            refusal = "%s: %s" % (type(fault).__name__, fault)
    with Mounted(image):
        slot = start()
        if not slot or not whole(slot, versions):
            tally.note("accepted_bad", where)
        elif not refusal:
            tally.not_needed += 1
    return refusal


def run():
    random.seed(JOB["seed"])
    named = {name: Version(folder) for name, folder in JOB["versions"].items()}
    bads = [(name, Version(folder)) for name, folder in JOB["bad"]]
    versions = {name: version.hashes() for name, version in named.items()}
    image = brought_up([named["oldest"], named["old"]], JOB["size"])
    _dump("before", image)
    after = bytearray(image)
    steps = []
    with Mounted(after, steps):
        start()
        install(named["new"])
    with Mounted(after, steps):
        start()
        updater.confirm(ROOT)
    _dump("after", after)
    tell({"steps": len(steps), "erased": sum([len(content) == cells.SECTOR for _, content in steps])})
    tally = Tally()
    for name, bad in bads:
        scratch = bytearray(image)
        tell({"bad": name, "refusal": offer(scratch, bad, versions, tally, name)})
    scratch = bytearray(len(image))
    every = JOB["every"]
    dumped = set([(2 * i + 1) * len(steps) // (2 * JOB["boots"]) // every * every for i in range(JOB["boots"])])
    for number, step in enumerate(steps):
        # The last ones, which seal, start and confirm the new version, are never passed over.
        for how in JOB["torn"] if number % every == 0 or number >= len(steps) - TAIL else ():
            scratch[:] = image
            cells.tear(scratch, step, how)
            where = "step %d of %d, torn %d" % (number, len(steps), how)
            tally.cuts += 1
            if number in dumped and how == JOB["torn"][0]:
                _dump("cut-%d" % number, scratch)
            if survive(scratch, versions, tally, where) and tally.cuts % JOB["again"] == 0:
                name, bad = bads[tally.cuts // JOB["again"] % len(bads)]
                offer(scratch, bad, versions, tally, "%s after %s" % (name, where))
                again(scratch, named, versions, tally, where)
            gc.collect()
        cells.apply(image, step)
        if number % 50 == 0:
            tell({"at": number})
    told = {
        key: getattr(tally, key)
        for key in ("cuts", "bricked", "mixed", "accepted_bad", "offered", "stuck", "not_needed")
    }
    told["ran"], told["examples"] = tally.ran, tally.examples
    tell({"tally": told})


def again(image, named, versions, tally, where):
    """The update that was cut is made anew: it must come to its end."""
    try:
        with Mounted(image):
            start()
            if whole(os.getcwd()[-1], versions) != "new":
                install(named["new"])
        with Mounted(image):
            slot = start()
            well = bool(slot) and whole(slot, versions) == "new"
    except Exception as fault:
        well = False
        where = "%s, %r" % (where, fault)
    if not well:
        tally.note("stuck", where)


def _dump(name, image):
    with open("%s/%s.nor" % (JOB["dumps"], name), "wb") as file:
        file.write(image)


def tell(what):
    print(json.dumps(what))


run()
