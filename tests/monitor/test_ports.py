# SPDX-License-Identifier: Apache-2.0
"""Which port is meant: simulated boards that run, boards on USB, several of them, none."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE

import pytest

from phosphene.errors import BoardNotFound, PortAmbiguous
from phosphene_tools.ports import RigPort, resolve
from phosphene_tools.published import Published, published, simulated_boards
from phosphene_tools.usb_boards import Listing, usb_boards


@dataclass
class Plugged:
    """A serial port as the system's list has it."""

    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str | None = None
    location: str | None = None


def pico(number: int, serial: str, bus: str = "1-2") -> list[Plugged]:
    """A Pico with both its interfaces, in the order of their device names turned round."""
    return [
        Plugged(f"/dev/ttyACM{number}", 0x2E8A, 0x0005, serial, f"{bus}:1.2"),
        Plugged(f"/dev/ttyACM{number + 1}", 0x2E8A, 0x0005, serial, f"{bus}:1.0"),
    ]


GADGET = Plugged("/dev/ttyUSB0", 0x0403, 0x6001, "FT1", "1-9")


def listing(*ports: Plugged | list[Plugged]) -> Listing:
    flat = [port for entry in ports for port in (entry if isinstance(entry, list) else [entry])]
    return lambda: flat


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No simulated board of the person who runs the tests is seen."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def simulated(tmp_path: Path, rig: str = "sim") -> Published:
    line = tmp_path / "line"
    line.symlink_to("/dev/null")
    return Published(rig, os.getpid(), str(line), str(tmp_path / "repl"), "")


def test_the_interfaces_of_a_board_are_told_apart_by_their_number_not_their_name() -> None:
    (board,) = usb_boards(listing(pico(0, "E66")))
    assert (board.repl, board.line, board.id) == ("/dev/ttyACM1", "/dev/ttyACM0", "id:E66")


def test_boards_without_a_serial_number_are_told_apart_by_their_place() -> None:
    both = usb_boards(listing(pico(0, "", "1-1"), pico(2, "", "1-2")))
    assert [board.ports for board in both] == [("/dev/ttyACM1", "/dev/ttyACM0"), ("/dev/ttyACM3", "/dev/ttyACM2")]


def test_a_rig_on_usb_is_found_among_other_gadgets() -> None:
    found = resolve(rig="laptop-pico", listing=listing(GADGET, pico(0, "E66")))
    assert found == RigPort("/dev/ttyACM0", "laptop-pico", repl="/dev/ttyACM1")


def test_two_boards_are_listed_by_their_ids_and_none_is_guessed() -> None:
    both = listing(pico(0, "E66"), pico(2, "E77", "1-3"))
    for ask in (lambda: resolve(rig="laptop-pico", listing=both), lambda: resolve(listing=both)):
        with pytest.raises(PortAmbiguous, match=r"-p id:E66 .*-p id:E77 .*none is guessed"):
            ask()
    assert resolve("id:e77", listing=both).line == "/dev/ttyACM2"
    assert resolve("id:E77", "laptop-pico", listing=both).name == "laptop-pico"


def test_an_id_by_vendor_and_product_may_be_ambiguous_too() -> None:
    assert resolve("id:2e8a:0005", listing=listing(pico(0, "E66"))).line == "/dev/ttyACM0"
    with pytest.raises(PortAmbiguous):
        resolve("id:2E8A:0005", listing=listing(pico(0, "E66"), pico(2, "E77", "1-3")))


def test_an_id_that_nothing_has_lists_what_there_is() -> None:
    with pytest.raises(BoardNotFound, match=r"'nope'.*0403:6001 id:FT1"):
        resolve("id:nope", listing=listing(GADGET))


@pytest.mark.parametrize(
    ("ports", "says"),
    [
        ([], "a cable that carries data"),
        ([GADGET], "phosphene boards udev laptop-pico"),
        (pico(0, "E")[1:], "bare MicroPy"),
    ],
)
def test_a_rig_that_is_not_there_says_what_to_try(ports: list[Plugged], says: str) -> None:
    with pytest.raises(BoardNotFound, match=says):
        resolve(rig="laptop-pico", listing=listing(ports))


def test_a_rig_over_a_uart_says_how_to_enable_it() -> None:
    if Path("/dev/ttyAMA0").exists():
        pytest.skip("this computer has the UART of a Raspberry Pi")
    with pytest.raises(BoardNotFound, match=r"/dev/ttyAMA0 .*enable it: .*dtparam|dtoverlay"):
        resolve(rig="pi5-pico2", listing=listing())


def test_a_given_port_takes_the_settings_of_its_rig() -> None:
    found = resolve("/dev/ttyS9", "pi5-pico2", repl="/dev/ttyACM7", listing=listing())
    assert found == RigPort("/dev/ttyS9", "pi5-pico2", 921_600, rtscts=True, repl="/dev/ttyACM7")
    assert resolve("/dev/ttyS9", "pi5-pico2", baud=115_200, listing=listing()).baud == 115_200
    assert resolve("socket://host:1", listing=listing()) == RigPort("socket://host:1")


def test_a_simulated_board_is_found_by_rig_by_port_and_by_being_the_only_one(tmp_path: Path) -> None:
    board = simulated(tmp_path)
    with published(board):
        expected = RigPort(board.port, "sim", repl=board.repl_port)
        for found in (resolve(rig="sim"), resolve(listing=listing(GADGET)), resolve(board.port), resolve("/dev/null")):
            assert found == expected
        with pytest.raises(PortAmbiguous, match=r"simulated, rig sim.*-p id:E66"):
            resolve(listing=listing(pico(0, "E66")))
    assert simulated_boards() == []
    with pytest.raises(BoardNotFound, match="phosphene sim --rig sim"):
        resolve(rig="sim")
    with pytest.raises(BoardNotFound, match="phosphene sim"):
        resolve(listing=listing(GADGET))


def test_what_a_killed_simulator_left_behind_does_not_count(tmp_path: Path) -> None:
    from phosphene.line.broker.rendezvous import folder

    left = folder() / "sim-1.json"
    left.write_text('{"rig": "sim", "pid": 1, "port": "x", "repl_port": "y", "control": ""}')
    assert simulated_boards() == []
    assert not left.exists()


def test_a_board_is_found_though_somebody_looked_while_it_made_itself_known(monkeypatch: pytest.MonkeyPatch) -> None:
    locks, lock = list[int](), fcntl.flock

    def late(handle: int, how: int) -> None:
        if how == fcntl.LOCK_EX and not locks:
            locks.append(handle)
            assert simulated_boards() == [], "it is there, and not locked yet: as if left behind"
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    board = Published("sim", os.getpid(), "/a", "", "")
    with published(board):
        assert simulated_boards() == [board]
    assert locks
    assert simulated_boards() == []


PUBLISH = """
import os, sys
from phosphene_tools.published import Published, published
with published(Published("sim", os.getpid(), sys.argv[1], "", "")):
    print("up", flush=True)
    sys.stdin.read()
"""


def test_several_simulated_boards_of_a_rig_are_listed() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", PUBLISH]
    processes = [subprocess.Popen([*command, name], stdin=PIPE, stdout=PIPE, env=environment) for name in ("/a", "/b")]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == b"up\n"
        with pytest.raises(PortAmbiguous, match=r"2 boards fit: -p /. \(simulated, rig sim\); -p /. "):
            resolve(rig="sim")
    finally:
        for process in processes:
            process.communicate()
