# SPDX-License-Identifier: Apache-2.0
"""Keys as they are kept: their files, modes and errors, and what they sign."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from phosphene_tools.arming import grant_for
from phosphene_tools.keys.errors import KeyStoreError
from phosphene_tools.keys.key import KINDS, Key, Kind
from phosphene_tools.keys.store import KeyStore


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "made" / "keys")


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_comes_back_as_it_was_made(store: KeyStore, kind: Kind) -> None:
    made = store.new("owner", kind)
    assert store.load("owner") == made
    assert store.names() == ["owner"]
    assert Key.new(kind) != Key.new(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_may_read_it(store: KeyStore, kind: Kind) -> None:
    before = os.umask(0)
    try:
        store.new("owner", kind)
    finally:
        os.umask(before)
    (path,) = store.folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700
    path.chmod(0o640)
    with pytest.raises(KeyStoreError, match="other users may read"):
        store.load("owner")


def test_a_name_is_never_taken_twice(store: KeyStore) -> None:
    first = store.new("owner", "hmac")
    for kind in KINDS:
        with pytest.raises(KeyStoreError, match="already"):
            store.new("owner", kind)
    assert store.load("owner") == first


@pytest.mark.parametrize("name", ["", "../owner", "a/b", ".hidden", "Owner", "x" * 33])
def test_names_stay_in_the_folder(store: KeyStore, name: str) -> None:
    with pytest.raises(KeyStoreError, match="no name"):
        store.new(name, "hmac")
    with pytest.raises(KeyStoreError, match="no name"):
        store.load(name)


def test_an_unknown_name_tells_those_that_are_there(store: KeyStore) -> None:
    with pytest.raises(KeyStoreError, match="there are: none"):
        store.load("owner")
    store.new("door", "hmac")
    with pytest.raises(KeyStoreError, match="there are: door"):
        store.load("owner")


@pytest.mark.parametrize("suffix", [".pem", ".hmac"])
@pytest.mark.parametrize("content", [b"", b"abc\n", b"00" * 31, b"\xff" * 64])
def test_a_damaged_file_is_no_key(store: KeyStore, suffix: str, content: bytes) -> None:
    store.folder.mkdir(parents=True)
    path = store.folder / f"owner{suffix}"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(KeyStoreError, match="no key"):
        store.load("owner")


def test_a_folder_that_cant_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyStoreError, match="can't be written"):
        KeyStore(tmp_path / "file" / "keys").new("owner", "hmac")


def test_grants_are_those_of_the_protocol_page() -> None:
    nonce = bytes(range(16))
    key = Key.new("hmac")
    assert key.grant("arm", 77, nonce) == grant_for(key.secret, 77, nonce)
    message = b"phosphene unlock" + (77).to_bytes(4, "little") + nonce + b"front"
    assert key.grant("unlock", 77, nonce, b"front") == hmac.digest(key.secret, message, "sha256")
    pair = Key.new("ed25519")
    Ed25519PublicKey.from_public_bytes(pair.for_board).verify(pair.grant("unlock", 77, nonce, b"front"), message)


def test_a_pair_gives_the_board_its_public_half_only(store: KeyStore) -> None:
    pair, shared = store.new("pair", "ed25519"), store.new("shared", "hmac")
    assert pair.for_board != pair.secret
    assert len(pair.for_board) == 32
    assert shared.for_board == shared.secret
    assert pair.fingerprint == hashlib.sha256(b"phosphene key ed25519" + pair.for_board).digest()[:8]


def test_without_the_package_the_error_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from pathlib import Path\n"
        "from phosphene_tools.keys.store import KeyStore\n"
        "store = KeyStore(Path(sys.argv[1]))\n"
        "store.new('shared', 'hmac')\n"
        "store.new('pair', 'ed25519')\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    command = [sys.executable, "-c", code, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment)
    assert "pip install cryptography" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["shared.hmac"]
