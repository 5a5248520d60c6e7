# SPDX-License-Identifier: Apache-2.0
"""The whole device over a real sshd: its own check on the host, its service, and what becomes of a version that is bad.

The host has no systemd; `small_systemd.py` stands for it, and reads the unit that was written.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from phosphene_tools.deploy.contents import Contents, build_set
from phosphene_tools.deploy.errors import DeployError
from phosphene_tools.deploy.flow import Done
from phosphene_tools.deploy.version_set import VersionSet
from phosphene_tools.keys.key import Key
from phosphene_tools.keys.store import KeyStore
from tests.deploy.loopback import Loopback, loopback
from tests.deploy.test_switch_or_stay import put

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
_RUN = "--no-tour --console-port 0"
_WITHIN_S = 60.0


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Generator[Loopback]:
    with loopback(tmp_path_factory.mktemp("device")) as made:
        made.with_systemd()
        yield made


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    store = KeyStore(tmp_path_factory.mktemp("keys"))
    store.new("maker", "ed25519")
    return store


@pytest.fixture(scope="module")
def good(keys: KeyStore) -> VersionSet:
    """This version, as `phosphene deploy --rig sim` builds it."""
    return build_set(Contents("sim", run=_RUN, keys=keys))


@pytest.fixture(scope="module")
def first(host: Loopback, good: VersionSet) -> Done:
    return put(host, good)


def test_it_is_checked_started_and_watched(host: Loopback, first: Done, good: VersionSet) -> None:
    assert (first.switched, first.started, host.current) == (True, True, good.seal[:16])
    assert [(check["check"], check["well"]) for check in first.checks] == [
        ("inference", True),
        ("board", True),
        ("frame", True),
    ]
    assert host.systemctl("is-active", "phosphene.service") == "active"
    maps = Path(f"/proc/{host.noted('main')}/environ").read_bytes().decode()
    assert f"PYTHONPATH={host.prefix}/sets/{host.current}/package" in maps
    # The supervisor's own word, behind the loop's progress.
    until = time.monotonic() + _WITHIN_S
    while int(host.noted("fed") or 0) < 2 and time.monotonic() < until:
        time.sleep(0.2)
    assert int(host.noted("fed")) >= 2


def test_a_version_with_spoilt_weights_never_runs(
    host: Loopback, first: Done, good: VersionSet, keys: KeyStore
) -> None:
    """Other weights give other results than those that were published: the old version goes on, untouched."""
    before = host.current, host.noted("main")
    name = next(name for name in _named(good) if name.endswith("models_int8/reader/reader.tflite"))
    content = bytearray(good.files[_named(good)[name][0]])
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(4096)
    with pytest.raises(DeployError, match="check of the inference failed"):
        put(host, changed(good, keys.load("maker"), {name: bytes(content)}))
    assert (host.current, host.noted("main")) == before
    os.kill(int(before[1]), 0)
    assert host.systemctl("is-active", "phosphene.service") == "active"


def test_a_version_that_does_not_come_up_is_taken_back(
    host: Loopback, first: Done, good: VersionSet, keys: KeyStore
) -> None:
    before = host.current
    with pytest.raises(DeployError, match=f"did not start, and {before} runs again"):
        put(host, changed(good, keys.load("maker"), {}, run=["--no-such-option"]))
    assert host.current == before
    assert host.systemctl("is-active", "phosphene.service") == "active"
    os.kill(int(host.noted("main")), 0)


def changed(made: VersionSet, key: Key, files: dict[str, bytes], run: list[str] | None = None) -> VersionSet:
    """Return a set that differs in these files, or in how it is run; signed by its owner all the same."""
    told = json.loads(made.manifest)
    contents = {name: made.files[digest] for name, (digest, _) in told["files"].items()} | files
    return VersionSet.build(
        contents,
        key,
        version=told["version"],
        rig=told["rig"],
        accelerator=told["accelerator"],
        run=told["run"] if run is None else run,
        requirements=told["requirements"],
    )


def _named(made: VersionSet) -> dict[str, tuple[str, int]]:
    return json.loads(made.manifest)["files"]
