# SPDX-License-Identifier: Apache-2.0
"""One run at a time per board; who holds it is told, and a run that dies holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene_hil.locks import BoardLock
from phosphene_hil.outcomes import RigBlocked
from tests.hil.conftest import ROOTS

HOLDER = """
import sys
from pathlib import Path
from phosphene_hil.locks import BoardLock
lock = BoardLock.take("left", sys.argv[1], Path(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_board_is_held_until_its_holder_dies_and_the_holder_is_named(tmp_path: Path) -> None:
    port = tmp_path / "ttyACM0"
    port.touch()
    link = tmp_path / "by-id"
    link.symlink_to(port)
    locks = tmp_path / "locks"
    locks.mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(ROOTS)}
    command = [sys.executable, "-c", HOLDER, str(link), str(locks)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RigBlocked, match=f"held by .*, process {holder.pid}, since .* — rig mine, {port} — wait"):
            BoardLock.take("mine", str(port), locks)  # by another name of the same device
        other = BoardLock.take("other", "id:E661", locks)
    finally:
        holder.kill()
        holder.communicate()
    lock = BoardLock.take("mine", str(port), locks)
    with pytest.raises(RigBlocked, match=f"process {os.getpid()}"):
        BoardLock.take("mine", str(port), locks)
    lock.give_back()
    BoardLock.take("mine", str(port), locks).give_back()
    other.give_back()
