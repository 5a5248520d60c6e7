# SPDX-License-Identifier: Apache-2.0
"""A host, a key, and a small version: deploying does not ask what a version does."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from phosphene_tools.deploy.version_set import VersionSet
from phosphene_tools.keys.key import Key
from tests.deploy.loopback import Loopback, loopback

# Its check says what its own file `health.txt` says; its supervisor prints where it lies.
_HEALTH = """
import json, pathlib, sys
words = pathlib.Path(__file__).with_name("health.txt").read_text().strip()
print(json.dumps({"check": "frame", "well": words == "well", "said": words, "cure": "see a doctor"}))
sys.exit(words != "well")
"""


@pytest.fixture(scope="session")
def key() -> Key:
    return Key.new("ed25519")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Generator[Loopback]:
    with loopback(tmp_path_factory.mktemp("host")) as made:
        yield made


@pytest.fixture(scope="session")
def large() -> bytes:
    """Content that takes a while to cross the wire."""
    return bytes(range(256)) * (4 << 12)


def small_version(
    key: Key, health: str = "well", *, version: str = "1", more: dict[str, bytes] | None = None
) -> VersionSet:
    """Return a set whose check says `health`, with `more` files."""
    folder = "package/phosphene_tools"
    files = {
        f"{folder}/__init__.py": b"",
        f"{folder}/cli.py": b"def main(): print(__file__)\n",
        f"{folder}/deploy/__init__.py": b"",
        f"{folder}/deploy/health.py": _HEALTH.encode(),
        f"{folder}/deploy/health.txt": health.encode(),
    }
    return VersionSet.build(files | (more or {}), key, version=version, rig="sim")
