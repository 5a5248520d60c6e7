# SPDX-License-Identifier: Apache-2.0
"""The versions that the power-cut trial updates between, and the bundles that a board must refuse."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from phosphene_tools import places
from phosphene_tools.boards.catalog import Rig
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.bundle import Bundle, sign
from phosphene_tools.flash.manifest import Manifest
from phosphene_tools.flash.slot_image import slot_files
from phosphene_tools.keys.key import Key

COUNTER = 7
_CHANGED = ("clock.py", "outputs.py", "frame.py", "tasks/convert.py", "tasks/dates.py", "tasks/timers.py")
_LEFT = 5  # of so many files the new version leaves one as it was


@dataclass(frozen=True, slots=True)
class Offered:
    """A bundle as it is sent: nothing of it need be right."""

    kind: str
    manifest: bytes
    signature: bytes
    files: dict[str, bytes]

    def lay(self, folder: Path) -> None:
        """Write it out as a slot would hold it."""
        for name, content in {**self.files, "manifest": self.manifest, "signature": self.signature}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def good(rig: Rig, abi: Abi, key: Key, scratch: Path) -> dict[str, Bundle]:
    """Return three versions of the real firmware; each changes, adds and removes files, `new` most of them."""
    made: dict[str, Bundle] = {}
    firmware = scratch / "firmware"
    shutil.copytree(places.coprocessor(), firmware, ignore=shutil.ignore_patterns("__pycache__"))
    for number, name in enumerate(("oldest", "old", "new")):
        every = sorted(
            path.relative_to(firmware).as_posix() for path in (*firmware.glob("*.py"), *firmware.glob("tasks/*.py"))
        )
        changed = _CHANGED[number:] if name != "new" else [path for i, path in enumerate(every) if i % _LEFT]
        for path in changed:
            source = firmware / path
            source.write_text(source.read_text(encoding="utf-8") + f"_OF = {name!r}\n", encoding="utf-8")
        (firmware / f"only_{name}.py").write_text(f"NAME = {name!r}\n", encoding="utf-8")
        files = slot_files(rig, abi, firmware=firmware)
        (firmware / f"only_{name}.py").unlink()
        made[name] = Bundle.build(files, version=name, board=rig.name, abi=str(abi), counter=COUNTER, key=key)
    return made


def offered(kind: str, bundle: Bundle) -> Offered:
    """Return a bundle as it is sent when nobody touched it."""
    return Offered(kind, bundle.manifest.encode(), bundle.signature, dict(bundle.files))


def bad(bundle: Bundle, there: Iterable[Bundle], key: Key, seed: int) -> Iterator[Offered]:
    """Yield what a board with the versions `there` must refuse: `bundle`, which it takes, spoilt. Both have
    the same counter, above zero.

    Files are spoilt that must cross the line; a file that the board has is copied there, whatever a sender would send.
    """
    dice = random.Random(seed)
    right = offered("", bundle)
    manifest, files = right.manifest, right.files
    known = {entry.sha256 for other in there for entry in other.manifest.entries}
    sent = [entry.name for entry in bundle.manifest.entries if entry.sha256 not in known and entry.size > 8]
    for name in dice.sample(sent, 4):
        yield replace(right, kind=f"tampered: a bit of {name}", files=files | {name: _flipped(files[name], dice)})
    yield replace(right, kind="tampered: a bit of the manifest", manifest=_flipped(manifest, dice))
    yield replace(right, kind="tampered: a bit of the signature", signature=_flipped(right.signature, dice))
    name = dice.choice(sent)
    swapped = dict(files) | {name: b"import machine\n"}
    head, counter = bundle.manifest, bundle.manifest.counter
    forged = Manifest.of(swapped, version="new", board=head.board, abi=head.abi, counter=counter)
    yield Offered("tampered: another file and its hash", forged.encode(), right.signature, swapped)
    smuggled = manifest + b"file " + b"0" * 64 + b" 4 ../main.py\n"
    yield Offered("tampered: a name outside the slot", smuggled, key.sign(smuggled), files)
    extra = manifest + manifest.splitlines(keepends=True)[-1]
    yield Offered("tampered: a name twice", extra, key.sign(extra), files)
    yield replace(right, kind="truncated: the last file", files={n: files[n] for n in files if n != sent[-1]})
    longest = max(sent, key=lambda name: len(files[name]))
    yield replace(
        right, kind="truncated: half of a file", files=files | {longest: files[longest][: len(files[longest]) // 2]}
    )
    yield replace(right, kind="truncated: half of the manifest", manifest=manifest[: len(manifest) // 2])
    yield replace(
        right,
        kind="truncated: the manifest without its last line",
        manifest=manifest[: manifest[:-1].rindex(b"\n") + 1],
    )
    yield replace(right, kind="truncated: no manifest", manifest=b"")
    yield replace(right, kind="truncated: half of the signature", signature=right.signature[:32])
    yield replace(right, kind="truncated: no signature", signature=b"")
    yield _signed("older: a lower counter", replace(bundle.manifest, counter=counter - 1), files, key)
    yield _signed("foreign: for another board", replace(bundle.manifest, board="pi5-pico2"), files, key)
    yield _signed("foreign: for another interpreter", replace(bundle.manifest, abi="6.3/4"), files, key)
    yield _signed("foreign: signed by another key", bundle.manifest, files, Key("ed25519", dice.randbytes(32)))


def _signed(kind: str, manifest: Manifest, files: dict[str, bytes], key: Key) -> Offered:
    return Offered(kind, manifest.encode(), sign(manifest, key), files)


def _flipped(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << dice.randrange(8)]) + content[at + 1 :]
