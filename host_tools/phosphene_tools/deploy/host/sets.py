# SPDX-License-Identifier: Apache-2.0
"""Version sets on the host: each in a slot of its own, named by its seal; a link says which is current."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

from .problem import Problem
from .signature import verify
from .store import Store, hashed

CURRENT = "current"
# Written by the host itself, beside what was signed.
_OURS = {"manifest", "signature", "host.pyz", "bin"}


class Sets:
    """The sets below `prefix`."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self.folder = prefix / "sets"
        self.store = Store(prefix / "objects")

    @property
    def owner(self) -> str:
        """Whose sets are taken, a public key in hexadecimal; empty before the first."""
        path = self.prefix / "owner"
        return path.read_text().strip() if path.is_file() else ""

    @property
    def current(self) -> str:
        """The seal of the set that runs, 16 digits; empty before the first."""
        link = self.prefix / CURRENT
        return link.readlink().name if link.is_symlink() else ""

    def path(self, seal: str) -> Path:
        """Return a set's slot."""
        return self.folder / seal[:16]

    def own(self, public: str, *, anew: bool) -> bool:
        """Take sets of this owner from now on; return whether that is new. Raises Problem for a second owner."""
        before = self.owner
        if before == public:
            return False
        if before and not anew:
            said = f"it takes sets of the key {before[:16]}…, and this one is of {public[:16]}…"
            raise Problem(said, str(self.prefix / "owner"), "sign with that key (--key), or hand it over: --new-owner")
        _write(self.prefix / "owner", public.encode() + b"\n")
        return True

    def stage(self, manifest: bytes, signature: bytes, public: str) -> Path:
        """Lay a set into its slot from the store and check all of it; it is not current yet. Raises Problem."""
        told = judged(manifest, signature, public)
        seal = hashlib.sha256(manifest).hexdigest()
        slot, new = self.path(seal), self.folder / f".{seal[:16]}"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for name, (digest, _) in told["files"].items():
            self.store.lay(digest, new / _inside(name))
        _write(new / "manifest", manifest)
        _write(new / "signature", signature)
        checked(new, public)
        if slot.exists():
            # The same set once more: its files may have been spoilt since.
            aside = self.folder / f".old-{seal[:16]}"
            shutil.rmtree(aside, ignore_errors=True)
            slot.rename(aside)
            new.rename(slot)
            shutil.rmtree(aside, ignore_errors=True)
        else:
            new.rename(slot)
        sync(self.folder)
        return slot

    def switch(self, seal: str) -> str:
        """Make a set current, at once or not at all; return the one before."""
        before, new = self.current, self.prefix / f".{CURRENT}"
        new.unlink(missing_ok=True)
        new.symlink_to(Path("sets") / seal[:16])
        new.replace(self.prefix / CURRENT)
        sync(self.prefix)
        if before and before != seal[:16]:
            _write(self.prefix / "previous", before.encode() + b"\n")
        return before

    def previous(self) -> str:
        """The seal of the set before the current one. Raises Problem when there is none."""
        path = self.prefix / "previous"
        seal = path.read_text().strip() if path.is_file() else ""
        if not seal or seal == self.current or not self.path(seal).is_dir():
            raise Problem("there is no set to go back to", str(self.folder), "deploy the one that you want")
        return seal

    def clean(self, keep: int) -> list[str]:
        """Remove all but the newest sets, the current and the one before it; return those that are gone."""
        if not self.folder.is_dir():
            return []
        slots = sorted(
            (path for path in self.folder.iterdir() if path.name[0] != "."), key=lambda p: -p.stat().st_mtime
        )
        text = self.prefix / "previous"
        kept = {self.current, text.read_text().strip() if text.is_file() else "", *(path.name for path in slots[:keep])}
        gone = [path for path in self.folder.iterdir() if path.name not in kept]
        for path in gone:
            shutil.rmtree(path)
        left = (json.loads((path / "manifest").read_bytes()) for path in slots if path.name in kept)
        self.store.drop_but({digest for told in left for digest, _ in told["files"].values()})
        return [path.name for path in gone if path.name[0] != "."]


def judged(manifest: bytes, signature: bytes, public: str) -> dict[str, Any]:
    """Return what a manifest tells. Raises Problem unless this owner signed it."""
    if not verify(bytes.fromhex(public), b"phosphene set" + manifest, signature):
        raise Problem(
            "the set was not signed by its owner, or was changed since", "manifest", "build and deploy it anew"
        )
    told = json.loads(manifest)
    if told["format"] != 1:
        raise Problem(f"the set has format {told['format']}", "manifest", "deploy with tools of the same version")
    return told


def checked(slot: Path, public: str) -> dict[str, Any]:
    """Return what the manifest in a slot tells. Raises Problem unless every file is what its owner signed."""
    told = judged((slot / "manifest").read_bytes(), (slot / "signature").read_bytes(), public)
    there = {path.relative_to(slot).as_posix() for path in slot.rglob("*") if path.is_file() or path.is_symlink()}
    there = {name for name in there if PurePosixPath(name).parts[0] not in _OURS}
    if odd := sorted(there ^ told["files"].keys()):
        what = "is missing" if odd[0] in told["files"] else "is not of the set"
        raise Problem(f"{odd[0]} {what}", str(slot), "deploy again")
    for name, (digest, _) in told["files"].items():
        if (slot / name).is_symlink() or hashed(slot / name) != digest:
            raise Problem(f"{name} is not what was signed", str(slot), "deploy again")
    return told


def sync(folder: Path) -> None:
    """Have a folder's entries written to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[0] in _OURS:
        raise Problem(f"{name!r} is no name for a file of a set", "manifest", "build it anew")
    return name


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
