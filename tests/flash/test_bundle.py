# SPDX-License-Identifier: Apache-2.0
"""Bundles: the same bytes from the same files, and every way in which one can be wrong."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from phosphene_tools.cli import main
from phosphene_tools.flash.bundle import Bundle, sign
from phosphene_tools.flash.errors import BundleError
from phosphene_tools.flash.manifest import Manifest
from phosphene_tools.keys.key import Key
from phosphene_tools.keys.store import KeyStore

FILES = {"main.mpy": b"M\x06", "tasks/board.mpy": b"tasks", "empty.txt": b"", "board.json": b"{}\n"}
KEY = Key("ed25519", bytes(range(32)))


def made(**more: object) -> Bundle:
    head = {"version": "1.2", "board": "sim", "abi": "6.3/2", "counter": 3, "key": KEY} | more
    return Bundle.build(dict(FILES), **head)  # pyright: ignore[reportArgumentType]


def archive(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in members:
            packed.writestr(name, content)
    return out.getvalue()


def members(bundle: Bundle) -> list[tuple[str, bytes]]:
    return [("manifest", bundle.manifest.encode()), ("signature", bundle.signature), *bundle.files.items()]


def test_the_bytes_depend_on_the_files_only() -> None:
    shuffled = dict(reversed(FILES.items()))
    again = Bundle.build(shuffled, version="1.2", board="sim", abi="6.3/2", counter=3, key=KEY)
    assert again.encode() == made().encode()
    # As they are today: a change of them would be a change of the format.
    assert made().manifest.seal.hex() == "69036d7285e7da518f3e30f58ed73ab00310348733b1636e1ac5a8586c7e873e"


def test_what_was_packed_comes_out_again() -> None:
    bundle = Bundle.decode(made().encode())
    assert bundle == made()
    bundle.check_signature(KEY.for_board, "test")


def test_another_key_did_not_sign_it_and_no_key_signs_nothing() -> None:
    with pytest.raises(BundleError, match="not signed by this key"):
        made().check_signature(Key.new("ed25519").for_board, "test")
    with pytest.raises(BundleError, match="it is not signed"):
        made(key=None).check_signature(KEY.for_board, "test")
    with pytest.raises(BundleError, match="Ed25519 key, and this is a shared secret"):
        made(key=Key.new("hmac"))


def test_every_bit_of_the_manifest_is_signed() -> None:
    bundle = made()
    text = bundle.manifest.encode()
    taken = 0
    for at in range(len(text)):
        try:
            manifest = Manifest.parse(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
        except BundleError:
            continue
        taken += 1
        with pytest.raises(BundleError, match="not signed by this key"):
            replace(bundle, manifest=manifest).check_signature(KEY.for_board, "test")
    assert taken > 100


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no bundle"),
        (b"PK\x03\x04 nothing of the kind", "no bundle"),
        (made().encode()[:-40], "no bundle"),
        (archive(members(made())[2:]), "no manifest or no signature"),
        (archive(members(made())[:-1]), "is named and not there"),
        (archive([*members(made()), ("more.mpy", b"")]), "is there and not named"),
        (
            archive([(name, b"other" if name == "main.mpy" else data) for name, data in members(made())]),
            "main.mpy is not",
        ),
        (archive([("manifest", b"phosphene bundle 2\n"), ("signature", b"")]), "no manifest"),
    ],
)
def test_what_is_damaged_is_told(content: bytes, what: str) -> None:
    with pytest.raises(BundleError, match=what):
        Bundle.decode(content)


@pytest.mark.parametrize("name", ["../main.py", "/main.py", "a/b.py", "tasks/../x", ".hidden", "manifest", "two words"])
def test_names_that_a_slot_cannot_hold_are_refused(name: str) -> None:
    with pytest.raises(BundleError, match="no name for a file"):
        Bundle.build({name: b""}, version="1", board="sim", abi="6.3/2")


def test_the_signature_is_that_of_the_manifest_alone() -> None:
    assert made().signature == sign(made().manifest, KEY)
    assert len(made().signature) == 64


def test_the_command_builds_and_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caches: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    KeyStore().new("maker", "ed25519")

    def phosphene(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["phosphene", *words])
        with contextlib.suppress(SystemExit):
            main()
        said = capsys.readouterr()
        assert not said.err
        return said.out

    first, second = tmp_path / "first.phosphene", tmp_path / "second.phosphene"
    phosphene("bundle", "build", "pi5-pico2", str(first), "--key", "maker")
    told = json.loads(phosphene("bundle", "build", "pi5-pico2", str(second), "--key", "maker", "-o", "json"))
    assert first.read_bytes() == second.read_bytes()
    assert (told["board"], told["abi"]) == ("pi5-pico2", "6.3/7")
    assert "signed by maker" in phosphene("bundle", "verify", str(first), "--key", "maker")
    second.write_bytes(first.read_bytes()[:-1000])
    monkeypatch.setattr(sys, "argv", ["phosphene", "bundle", "verify", str(second)])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert "this is no bundle" in capsys.readouterr().err
