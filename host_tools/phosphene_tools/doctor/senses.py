# SPDX-License-Identifier: Apache-2.0
"""Camera, sound and speech. The device runs without any of them, and says on its screen that it does."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

from phosphene.sensors import v4l2_devices
from phosphene_tools.boards.catalog import Rig
from phosphene_tools.doctor.finding import Finding
from phosphene_tools.doctor.machine import Machine
from phosphene_tools.doctor.packages import speech


def senses(rig: Rig, machine: Machine) -> Iterator[Finding]:
    """Look for what the device sees, hears and speaks with."""
    yield _camera(rig, machine)
    yield _sound(machine)
    yield speech()


def _camera(rig: Rig, machine: Machine) -> Finding:
    folder = machine.file("/dev")
    if machine.file("/usr/lib/python3/dist-packages/picamera2").is_dir():
        return Finding.fine("camera", "picamera2 of this system; phosphene sensors lists its cameras")
    if rig.sbc.camera is not None and machine.model.startswith("Raspberry Pi"):
        cure = "sudo apt-get install python3-picamera2"
        return Finding.lacks("camera", f"nothing drives the {rig.sbc.camera.title}", cure, needed=False)
    nodes = sorted(path for path in folder.glob("video*") if path.name[5:].isdigit())
    denied = [path for path in nodes if not machine.allowed(path)]
    found = v4l2_devices.captures(folder)
    if not found and denied:
        cure = "sudo usermod -aG video $USER; then log in again"
        return Finding.lacks("camera", f"this user may not open {denied[0]}", cure, needed=False)
    if not found:
        cure = "plug one in; the console's page offers the visitor's own"
        return Finding.lacks("camera", "there is none", cure, needed=False)
    if importlib.util.find_spec("cv2") is None:
        return Finding.lacks(
            "camera", f"nothing reads {found[0].card}", "pip install 'phosphene[camera]'", needed=False
        )
    return Finding.fine("camera", f"{found[0].card}, {found[0].path}")


def _sound(machine: Machine) -> Finding:
    cards = [line for line in machine.text("proc/asound/cards").splitlines() if "]:" in line]
    if not cards:
        return Finding.lacks(
            "sound", "there is no sound card", "plug one in; the console's page has the visitor's own", needed=False
        )
    nodes = sorted(machine.root.glob("dev/snd/pcm*"))
    if nodes and not any(machine.allowed(path) for path in nodes):
        cure = "sudo usermod -aG audio $USER; then log in again"
        return Finding.lacks("sound", f"this user may not open {nodes[0]}", cure, needed=False)
    if importlib.util.find_spec("pyaudio") is None:
        cure = "sudo apt-get install portaudio19-dev, and pip install 'phosphene[audio]'"
        return Finding.lacks("sound", f"nothing plays or records on {_card(cards[0])}", cure, needed=False)
    return Finding.fine("sound", _card(cards[0]))


def _card(line: str) -> str:
    return line.partition("]:")[2].strip()
