# SPDX-License-Identifier: Apache-2.0
"""Where keys are kept: a folder of the user's configuration that nobody else may read.

An Ed25519 key is a PKCS #8 file (`NAME.pem`) that OpenSSL reads too; a shared secret is 64 hexadecimal digits
(`NAME.hmac`).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import platformdirs

from phosphene_tools.keys.errors import KeyStoreError
from phosphene_tools.keys.key import KINDS, SECRET_BYTES, Key, Kind, private_keys

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_SUFFIX: dict[Kind, str] = {"ed25519": ".pem", "hmac": ".hmac"}
_OTHERS = 0o077


def default_folder() -> Path:
    """Return the folder of this user's keys."""
    return platformdirs.user_config_path("phosphene") / "keys"


class KeyStore:
    """The keys in one folder, by name. Methods raise KeyStoreError."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def new(self, name: str, kind: Kind) -> Key:
        """Make a key and keep it. A name that is taken is refused: a key that was lost is lost for good."""
        for there in KINDS:
            if self._path(name, there).exists():
                cure = "choose another name, or move that file away"
                raise KeyStoreError(f"there is a key {name!r} already", place=str(self._path(name, there)), cure=cure)
        key = Key.new(kind)
        content = _as_pem(key) if kind == "ed25519" else key.secret.hex().encode() + b"\n"
        path = self._path(name, kind)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            # Born with its mode: no moment in which another user could open it.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unusable("can't be written", path, error) from error
        return key

    def load(self, name: str) -> Key:
        """Return the key of this name."""
        for kind in KINDS:
            path = self._path(name, kind)
            if path.exists():
                return _read(path, kind)
        known = ", ".join(self.names()) or "none"
        cure = f"make it with `phosphene keys new {name}`; there are: {known}"
        raise KeyStoreError(f"there is no key {name!r}", place=str(self.folder), cure=cure)

    def names(self) -> list[str]:
        """Return the names of all keys, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(path.stem for path in self.folder.iterdir() if path.suffix in _SUFFIX.values())

    def _path(self, name: str, kind: Kind) -> Path:
        if not _NAME.fullmatch(name):
            cure = "use a to z, 0 to 9, dot, dash and underscore, 32 at most"
            raise KeyStoreError(f"{name!r} is no name for a key", cure=cure)
        return self.folder / (name + _SUFFIX[kind])


def _read(path: Path, kind: Kind) -> Key:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except OSError as error:
        raise _unusable("can't be read", path, error) from error
    if mode & _OTHERS:
        cure = "make a new one, or chmod 600 this one if nobody read it"
        raise KeyStoreError("other users may read this key", place=str(path), cure=cure)
    secret = _from_pem(content) if kind == "ed25519" else _from_hex(content)
    if secret is None:
        raise KeyStoreError("this is no key", place=str(path), cure="put the file back as it was made")
    return Key(kind, secret)


def _as_pem(key: Key) -> bytes:
    private = private_keys().from_private_bytes(key.secret)
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _from_pem(content: bytes) -> bytes | None:
    ed25519 = private_keys()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return private.private_bytes_raw() if isinstance(private, ed25519) else None


def _from_hex(content: bytes) -> bytes | None:
    try:
        secret = bytes.fromhex(content.decode())
    except ValueError:
        return None
    return secret if len(secret) == SECRET_BYTES else None


def _unusable(what: str, path: Path, error: OSError) -> KeyStoreError:
    cure = "look at the owner and mode of file and folder"
    return KeyStoreError(f"the key {what}: {error.strerror}", place=str(path), cure=cure)
