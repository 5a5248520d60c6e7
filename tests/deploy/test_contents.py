# SPDX-License-Identifier: Apache-2.0
"""What goes into a set, and what its environment is told to install."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phosphene_tools.deploy.contents import BUNDLE, Contents, build_set, signer
from phosphene_tools.deploy.errors import DeployError
from phosphene_tools.deploy.package import requirements
from phosphene_tools.deploy.version_set import VersionSet
from phosphene_tools.flash.bundle import Bundle
from phosphene_tools.keys.key import Key
from phosphene_tools.keys.store import KeyStore

_HEAD = """Metadata-Version: 2.4
Name: phosphene
Requires-Dist: numpy<3,>=2
Requires-Dist: evdev<3; (platform_system == 'Linux' and platform_machine != 'x86_64') and extra == 'touch'
Requires-Dist: only-here; python_version < '3.15'
Requires-Dist: torch==2.13.0; extra == 'train'

Requires-Dist: in-the-text
"""


def test_requirements_are_those_of_the_package_and_its_extras() -> None:
    files = {"phosphene-0.1.0.dist-info/METADATA": _HEAD.encode()}
    assert requirements(files, ()) == ("numpy<3,>=2", "only-here; python_version < '3.15'")
    touch = requirements(files, ("touch",))
    assert "evdev<3; (platform_system == 'Linux' and platform_machine != 'x86_64')" in touch
    assert requirements(files, ("train",))[-1] == "torch==2.13.0"


@pytest.mark.timeout(120)
def test_the_set_of_a_real_rig(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    maker = store.new("maker", "ed25519")
    made = build_set(Contents("rock5b-pico2", run="--camera /dev/video0", keys=store))
    told = json.loads(made.manifest)
    assert (told["rig"], told["accelerator"], told["run"]) == ("rock5b-pico2", "rknn", ["--camera", "/dev/video0"])
    assert [line.partition(">")[0] for line in told["worker"]] == ["numpy<2", "rknn-toolkit-lite2"]
    assert {"boards/rig/rock5b-pico2/rig.toml", "boards/mcu/pico2/board.toml"} <= told["files"].keys()
    assert "package/phosphene/_data/models_int8/reader/reader.tflite" in told["files"]
    bundle = Bundle.decode(made.files[told["files"][BUNDLE][0]])
    assert bundle.manifest.board == "rock5b-pico2"
    bundle.check_signature(maker.for_board, "bundle")


def test_the_same_files_make_the_same_set() -> None:
    key = Key.new("ed25519")
    one = VersionSet.build({"a": b"1", "b": b"2"}, key, version="1", rig="sim")
    two = VersionSet.build({"b": b"2", "a": b"1"}, key, version="1", rig="sim")
    assert (one.seal, one.signature) == (two.seal, two.signature)
    assert VersionSet.build({"a": b"1", "b": b"3"}, key, version="1", rig="sim").seal != one.seal


def test_which_key_signs(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    with pytest.raises(DeployError, match="no key to sign"):
        signer(store, "")
    store.new("shared", "hmac")
    maker = store.new("maker", "ed25519")
    assert signer(store, "") == maker
    store.new("second", "ed25519")
    with pytest.raises(DeployError, match="which key signs"):
        signer(store, "")
    with pytest.raises(DeployError, match="shared secret"):
        VersionSet.build({}, signer(store, "shared"), version="1", rig="sim")
