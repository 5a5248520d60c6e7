#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands for systemd where a test has none: `systemctl --user` for one service, and the process that keeps it.

It reads the unit that was written, runs ExecStartPre and ExecStart, waits for READY=1 on NOTIFY_SOCKET, and notes
each WATCHDOG=1. What systemd does beyond that is not shown by these tests.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HOME = Path(os.environ["HOME"])
UNIT = HOME / ".config/systemd/user/phosphene.service"
NOTES = HOME / "small-systemd"
START_S = 100


def setting(name: str) -> str:
    lines = [line for line in UNIT.read_text().splitlines() if line.startswith(f"{name}=")]
    return lines[-1].partition("=")[2] if lines else ""


def note(name: str) -> str:
    path = NOTES / name
    return path.read_text().strip() if path.exists() else ""


def stop() -> None:
    if not (pid := note("keeper")):
        return
    try:
        os.killpg(int(pid), signal.SIGTERM)
    except ProcessLookupError:
        return
    for _ in range(100):
        if note("state") in ("inactive", "failed"):
            break
        time.sleep(0.1)
    # What it started and left behind goes with it, as with a unit's control group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(int(pid), signal.SIGKILL)


def start() -> int:
    NOTES.mkdir(exist_ok=True)
    stop()
    (NOTES / "state").write_text("activating")
    command = [sys.executable, __file__, "keep"]
    keeper = subprocess.Popen(
        command,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=(NOTES / "log").open("w"),
        stderr=subprocess.STDOUT,
    )
    (NOTES / "keeper").write_text(str(keeper.pid))
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if (state := note("state")) in ("active", "failed"):
            return 0 if state == "active" else 1
        time.sleep(0.1)
    return 1


def keep() -> None:
    def state(word: str) -> None:
        part = NOTES / "state.part"
        part.write_text(word)
        part.replace(NOTES / "state")

    before = subprocess.run(shlex.split(setting("ExecStartPre")), check=False)
    if before.returncode:
        return state("failed")
    address = NOTES / "notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(address))
        ear.settimeout(0.2)
        usec = str(int(setting("WatchdogSec")) * 1_000_000)
        environment = os.environ | {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": usec}
        main = subprocess.Popen(shlex.split(setting("ExecStart")), env=environment)
        ended = []
        signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
        fed = 0
        while main.poll() is None and not ended:
            try:
                words = ear.recv(4096).decode().splitlines()
            except TimeoutError:
                continue
            if "READY=1" in words:
                (NOTES / "main").write_text(str(main.pid))
                state("active")
            fed += "WATCHDOG=1" in words
            (NOTES / "fed").write_text(str(fed))
        try:
            main.wait(15)
        except subprocess.TimeoutExpired:
            main.kill()
        return state("inactive" if ended else "failed")


def main() -> int:
    verb = [word for word in sys.argv[1:] if not word.startswith("--")]
    match verb:
        case ["show"]:
            print(json.dumps("Version=small"))
        case ["daemon-reload"] | ["enable", _]:
            pass
        case ["restart", _]:
            return start()
        case ["stop", _]:
            stop()
        case ["is-active", _]:
            print(note("state") or "inactive")
        case ["keep"]:
            keep()
        case _:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
