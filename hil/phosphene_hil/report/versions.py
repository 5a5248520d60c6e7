# SPDX-License-Identifier: Apache-2.0
"""Of which versions a run was made: packages, sources, firmware, graphs, interpreters. No git is asked."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
from pathlib import Path

import pytest

import phosphene
import phosphene_hil
import phosphene_tools
from phosphene import models
from phosphene_hil.report.record import Versions
from phosphene_tools import places
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.firmware_image.image import firmware_hash


def versions() -> Versions:
    """Return them; a hash takes as long as the files take to read."""
    firmware = places.coprocessor()
    return Versions(
        phosphene=installed("phosphene"),
        source=_sources(),
        firmware=firmware_hash(firmware).hex(),
        dictionary=hashlib.sha256(build_dictionary(firmware)[0]).hexdigest(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        pytest=pytest.__version__,
        host=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        load=round(os.getloadavg()[0], 1),
        graphs=_graphs(),
    )


def installed(distribution: str) -> str:
    """Return the version of an installed distribution; empty if it is not."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _sources() -> str:
    digest = hashlib.sha256()
    for package in (phosphene, phosphene_tools, phosphene_hil):
        root = Path(package.__file__ or "").parent
        for path in sorted(root.rglob("*.py")):
            content = path.read_bytes()
            digest.update(f"{package.__name__}/{path.relative_to(root).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _graphs() -> dict[str, str]:
    root = models.folder()
    graphs = sorted(root.glob("*/*.tflite"))
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in graphs}
