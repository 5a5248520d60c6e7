# SPDX-License-Identifier: Apache-2.0
"""The files of phosphene's wheel, models and boards among them: from a build of this checkout, or as installed here."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from phosphene_tools import places
from phosphene_tools.deploy.errors import DeployError

_BUILD_S = 300


def package_files() -> dict[str, bytes]:
    """Return what the wheel puts into site-packages, by name. Raises DeployError when it can't be built."""
    root = places.checkout()
    return _installed() if root is None else _built(root)


def _built(root: Path) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=_BUILD_S, check=False)
        wheels = sorted(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            cure = "pip install 'phosphene[deploy]'" if "No module named" in said else "see: python -m hatchling build"
            raise DeployError(f"the wheel was not built: {said}", place=str(root), cure=cure)
        with zipfile.ZipFile(wheels[0]) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist() if not name.endswith("/")}


def _installed() -> dict[str, bytes]:
    files = importlib.metadata.files("phosphene") or []
    kept = (file for file in files if "__pycache__" not in file.parts and not str(file).startswith(".."))
    return {str(file): Path(str(file.locate())).read_bytes() for file in kept}


def requirements(files: dict[str, bytes], extras: Iterable[str]) -> tuple[str, ...]:
    """Return what the package and `extras` of it need, in pip's words; markers other than of extras are kept."""
    head = next(data for name, data in files.items() if name.endswith(".dist-info/METADATA"))
    wanted, found = set(extras), list[str]()
    for line in head.decode().split("\n\n")[0].splitlines():
        if not line.startswith("Requires-Dist: "):
            continue
        text = line.removeprefix("Requires-Dist: ")
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", text)
        if extra is None:
            found.append(text)
        elif extra[1] in wanted:
            found.append(_without_extra(text))
    return tuple(sorted(set(found)))


def _without_extra(text: str) -> str:
    """Take `extra == '…'` out of a requirement's marker: where it is written to, no extra is being asked for."""
    text = re.sub(r"\s*(and\s+)?extra\s*==\s*['\"][^'\"]+['\"](\s+and\s+)?", "", text)
    return text.strip().removesuffix(";").strip()
