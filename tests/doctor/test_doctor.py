# SPDX-License-Identifier: Apache-2.0
"""What doctor says of machines that are folders, and of this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from phosphene_tools.boards import load_rig
from phosphene_tools.boards.udev import RULES, rig_rules
from phosphene_tools.doctor import Finding, Machine, rig_here
from phosphene_tools.doctor.board import judged
from phosphene_tools.doctor.chip import chip
from phosphene_tools.doctor.senses import senses
from phosphene_tools.doctor.wire import wire

PICO2 = {"idVendor": "2e8a", "idProduct": "0005", "serial": "E66138935F6F2C29"}


class Root:
    """A machine's files, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.machine = Machine(folder)

    def file(self, path: str, text: str = "") -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def usb(self, name: str, **told: str) -> None:
        for key, text in told.items():
            self.file(f"sys/bus/usb/devices/{name}/{key}", text + "\n")

    def wire(self, rig: str) -> dict[str, Finding]:
        return {found.topic: found for found in wire(load_rig(rig), self.machine)}

    def senses(self, rig: str) -> dict[str, Finding]:
        return {found.topic: found for found in senses(load_rig(rig), self.machine)}


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path)


def test_a_uart_that_is_not_enabled(root: Root) -> None:
    found = root.wire("pi5-pico2")["line /dev/ttyAMA0"]
    assert (found.state, found.said) == ("missing", "uart0 is not enabled")
    assert "dtoverlay=uart0-pi5,ctsrts in /boot/firmware/config.txt" in found.cure


def test_a_uart_that_the_console_has(root: Root) -> None:
    root.file("dev/ttyAMA0")
    root.file("proc/cmdline", "console=ttyAMA0,115200 root=/dev/mmcblk0p2\n")
    assert root.wire("pi5-pico2")["line /dev/ttyAMA0"].said == "the kernel's console is on it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_a_uart_that_this_user_may_not_open(root: Root) -> None:
    root.file("dev/ttyAMA0").chmod(0)
    found = root.wire("pi5-pico2")["line /dev/ttyAMA0"]
    assert found.state == "missing"
    assert "sudo usermod -aG" in found.cure


def test_a_uart_that_is_well(root: Root) -> None:
    root.file("dev/ttyAMA0")
    root.file("proc/cmdline", "console=tty1 root=/dev/mmcblk0p2\n")
    assert root.wire("pi5-pico2")["line /dev/ttyAMA0"].state == "fine"


def test_the_board_on_usb(root: Root) -> None:
    # Over a UART the cable is for maintenance only; where it is the line, it is needed.
    assert root.wire("pi5-pico2")["board on USB"].state == "optional"
    assert root.wire("laptop-pico")["board on USB"].state == "missing"
    root.usb("1-1", **PICO2)
    assert PICO2["serial"] in root.wire("laptop-pico")["board on USB"].said
    root.usb("1-2", **PICO2 | {"serial": "E6"})
    assert "2 boards fit" in root.wire("laptop-pico")["board on USB"].said


def test_a_board_in_its_boot_loader(root: Root) -> None:
    root.usb("1-1", idVendor="2e8a", idProduct="0003")
    found = root.wire("laptop-pico")["board on USB"]
    assert found.said == "it is in its boot loader"
    assert found.cure == "phosphene flash --interpreter --rig laptop-pico"


def test_modem_manager_is_a_fault_until_rules_keep_it_off(root: Root) -> None:
    assert "ModemManager" not in root.wire("laptop-pico")
    root.file("proc/77/comm", "ModemManager\n")
    found = root.wire("laptop-pico")
    assert (found["ModemManager"].state, found["udev rules"].state) == ("missing", "optional")
    assert "udevadm" in found["ModemManager"].cure
    root.file(f"etc/udev/rules.d/{RULES}", rig_rules(load_rig("laptop-pico")))
    found = root.wire("laptop-pico")
    assert (found["ModemManager"].state, found["udev rules"].state) == ("fine", "fine")


def test_rules_of_another_rig(root: Root) -> None:
    root.file(f"etc/udev/rules.d/{RULES}", rig_rules(load_rig("laptop-pico")))
    assert "another rig" in root.wire("pi5-pico2")["udev rules"].said


def test_a_coral_that_is_not_there(root: Root) -> None:
    found = next(iter(chip(load_rig("pi5-coral-pico"), root.machine)))
    assert found.state == "missing"
    assert "there is no libedgetpu.so.1" in found.said
    assert "no device" in found.said
    assert "libedgetpu1-std" in found.cure


def test_camera_and_sound(root: Root) -> None:
    root.file("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
    found = root.senses("pi5-pico2")
    assert found["camera"].cure == "sudo apt-get install python3-picamera2"
    assert found["sound"].said == "there is no sound card"
    assert {found[topic].state for topic in ("camera", "sound")} == {"optional"}
    (root.folder / "usr/lib/python3/dist-packages/picamera2").mkdir(parents=True)
    assert root.senses("pi5-pico2")["camera"].state == "fine"


@pytest.mark.skipif(find_spec("pyaudio") is not None, reason="here it plays")
def test_a_sound_card_that_nothing_plays_on(root: Root) -> None:
    root.file("proc/asound/cards", " 0 [Device         ]: USB-Audio - USB Audio Device\n")
    found = root.senses("sim")["sound"]
    assert found.said == "nothing plays or records on USB-Audio - USB Audio Device"
    assert "portaudio19-dev" in found.cure


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("Raspberry Pi 5 Model B Rev 1.0\0", "pi5-pico2"),
        ("Radxa ROCK 5B\0", "rock5b-pico2"),
        ("Raspberry Pi 4 Model B Rev 1.1\0", "sim"),
        ("", "sim"),
    ],
)
def test_which_rig_a_machine_is(root: Root, model: str, expected: str) -> None:
    root.file("proc/device-tree/model", model)
    assert rig_here(root.machine).name == expected


def test_a_pi_with_a_coral(root: Root) -> None:
    root.file("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
    root.usb("2-1", idVendor="1a6e", idProduct="089a")
    assert rig_here(root.machine).name == "pi5-coral-pico"


def test_an_interpreter_that_is_too_old() -> None:
    rig = load_rig("pi5-pico2")
    assert judged(rig, "1.24.1").state == "missing"
    assert judged(rig, "1.24.1").cure.startswith("phosphene flash --interpreter --rig pi5-pico2")
    assert judged(rig, "1.29.0-preview").state == "fine"


def test_this_machine() -> None:
    """The command itself: all that the simulated rig needs is here, as these tests need it too."""
    command = [sys.executable, "-c", "from phosphene_tools.cli import main; main()", "doctor", "--rig", "sim"]
    done = subprocess.run([*command, "-o", "json"], capture_output=True, text=True, timeout=50, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["missing"]) == (0, 0)
    states = {found["topic"]: found["state"] for found in told["findings"]}
    assert states["python"] == states["accelerator cpu"] == states["simulator"] == "fine"


def test_what_a_rig_needs_and_is_not_here_is_exit_1() -> None:
    command = [sys.executable, "-c", "from phosphene_tools.cli import main; main()", "doctor", "--rig", "rock5b-pico2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 1
    assert "MISSING  accelerator rknn" in done.stdout
    assert "librknnrt.so" in done.stdout
