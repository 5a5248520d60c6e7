# SPDX-License-Identifier: Apache-2.0
"""A version set: all files of one version for one rig, named by their hashes in a manifest that is signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from phosphene_tools.deploy.errors import DeployError
from phosphene_tools.keys.key import Key

FORMAT = 1


@dataclass(frozen=True, slots=True)
class VersionSet:
    """`manifest` is the text that `signature` (Ed25519, 64 bytes, by `public`, 32 bytes) is over; `files` are the
    contents by SHA-256."""

    manifest: bytes
    signature: bytes
    public: bytes
    files: Mapping[str, bytes]

    @classmethod
    def build(
        cls,
        files: Mapping[str, bytes],
        key: Key,
        *,
        version: str,
        rig: str,
        accelerator: str = "cpu",
        run: Sequence[str] = (),
        requirements: Sequence[str] = (),
        worker: Sequence[str] = (),
    ) -> Self:
        """Return the signed set of `files`, by name.

        `run` are arguments of `phosphene run` there; `requirements` what its environment needs, `worker` what the
        accelerator's own one does, empty when it has none. Raises DeployError for a key that can't sign.
        """
        if key.kind != "ed25519":
            cure = "make one: phosphene keys new NAME --kind ed25519"
            raise DeployError("a set is signed by an Ed25519 key, and this is a shared secret", cure=cure)
        hashed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        told = {
            "format": FORMAT,
            "version": version,
            "rig": rig,
            "accelerator": accelerator,
            "run": list(run),
            "requirements": sorted(requirements),
            "worker": sorted(worker),
            "files": {name: [hashed[name], len(data)] for name, data in files.items()},
        }
        manifest = json.dumps(told, sort_keys=True, indent=0).encode()
        contents = {hashed[name]: data for name, data in files.items()}
        return cls(manifest, key.sign(b"phosphene set" + manifest), key.for_board, contents)

    @property
    def seal(self) -> str:
        """The SHA-256 of the manifest, which names the set."""
        return hashlib.sha256(self.manifest).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files.values()))
