# SPDX-License-Identifier: Apache-2.0
"""A bundle: one version for one kind of board in one file, signed. A ZIP archive that any tool opens."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from phosphene_tools.flash.errors import BundleError
from phosphene_tools.flash.manifest import Manifest
from phosphene_tools.keys.key import Key

SUFFIX = ".phosphene"
_MANIFEST, _SIGNATURE = "manifest", "signature"
_LARGEST = 4 * 1024 * 1024  # more than any board has
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a ZIP's first moment: the bytes must not depend on when they were made


@dataclass(frozen=True, slots=True)
class Bundle:
    """`signature` is Ed25519 over `manifest.encode()` (64 bytes), empty when it is not signed."""

    manifest: Manifest
    files: dict[str, bytes]
    signature: bytes = b""

    @classmethod
    def build(
        cls, files: dict[str, bytes], *, version: str, board: str, abi: str, counter: int = 0, key: Key | None = None
    ) -> Self:
        """Return the bundle of these files, signed if there is a key. Raises BundleError, KeyStoreError."""
        manifest = Manifest.of(files, version=version, board=board, abi=abi, counter=counter)
        return cls(manifest, dict(sorted(files.items())), b"" if key is None else sign(manifest, key))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the bundle in a file, every hash checked; its signature is not. Raises BundleError."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BundleError(f"the bundle can't be read: {error.strerror}", place=str(path)) from error
        return cls.decode(content, str(path))

    @classmethod
    def decode(cls, content: bytes, place: str = "bundle") -> Self:
        """Return what `encode` made, every hash checked. Raises BundleError."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = archive.infolist()
                names = [member.filename for member in members]
                if len(set(names)) != len(names) or sum(member.file_size for member in members) > _LARGEST:
                    raise BundleError("a name is there twice, or it is too large", place=place, cure=_REBUILD)
                found = {name: archive.read(name) for name in names}
        except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, RuntimeError) as error:
            raise BundleError(f"this is no bundle: {error}", place=place, cure="fetch it again") from error
        if _MANIFEST not in found or _SIGNATURE not in found:
            raise BundleError("it holds no manifest or no signature", place=place, cure=_REBUILD)
        bundle = cls(Manifest.parse(found.pop(_MANIFEST), place), {}, found.pop(_SIGNATURE))
        bundle.files.update(found)
        bundle.check_files(place)
        return bundle

    def encode(self) -> bytes:
        """Return the archive; the same bytes for the same bundle, everywhere."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, data in [(_MANIFEST, self.manifest.encode()), (_SIGNATURE, self.signature), *self.files.items()]:
                member = zipfile.ZipInfo(name, _EPOCH)
                member.create_system = 3  # else it says which system it was made on
                member.external_attr = 0o644 << 16
                archive.writestr(member, data)
        return out.getvalue()

    def check_files(self, place: str) -> None:
        """Raise BundleError unless the files are those that the manifest names, byte for byte."""
        named = {entry.name for entry in self.manifest.entries}
        if odd := sorted(named ^ self.files.keys()):
            what = "is named and not there" if odd[0] in named else "is there and not named"
            raise BundleError(f"{odd[0]} {what}", place=place, cure="fetch it again")
        for entry in self.manifest.entries:
            data = self.files[entry.name]
            if len(data) != entry.size or hashlib.sha256(data).hexdigest() != entry.sha256:
                raise BundleError(f"{entry.name} is not what the manifest says", place=place, cure="fetch it again")

    def check_signature(self, public: bytes, place: str) -> None:
        """Raise BundleError unless the owner of this Ed25519 public key (32 bytes) signed it."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if not self.signature:
            raise BundleError("it is not signed", place=place, cure="build it with --key")
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, self.manifest.encode())
        except InvalidSignature:
            cure = "get the bundle from who holds this key, or name the key that signed it"
            raise BundleError("it was not signed by this key", place=place, cure=cure) from None


_REBUILD = "build it anew: phosphene bundle build"


def sign(manifest: Manifest, key: Key) -> bytes:
    """Return the signature of a manifest. Raises BundleError for a key that is no Ed25519 key."""
    if key.kind != "ed25519":
        cure = "make one: phosphene keys new NAME --kind ed25519"
        raise BundleError("a bundle is signed by an Ed25519 key, and this is a shared secret", cure=cure)
    return key.sign(manifest.encode())
