# SPDX-License-Identifier: Apache-2.0
"""Nothing leaves the device: a whole run, with eyes, ears and a page that looks, talks to nobody but this computer.

Looked at from two sides: what the kernel says of the sockets of every process of the run, again and again, and what
each Python of it was asked to do with sockets, by an audit hook. A helper that does what is forbidden is found by both.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from tests.console.running import Page, connected
from tests.console.test_run import told
from tests.monitor.conftest import PHOSPHENE, private_environment

_MARK = "PHOSPHENE_TEST_RUN"
_TABLES = ("tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet")
# Run by every interpreter that finds it on its path.
_HOOK = """
import json, os, sys

def hook(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        told = [event, arguments[1]]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        told = [event, arguments[0]]
    else:
        return
    line = json.dumps([os.getpid(), *told], default=repr) + "\\n"
    handle = os.open(os.environ["PHOSPHENE_TEST_AUDIT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, line.encode())
    os.close(handle)

sys.addaudithook(hook)
"""


def processes(mark: str) -> Iterator[int]:
    """Yield the processes whose environment carries `mark`, whoever their parent is now."""
    wanted = f"{_MARK}={mark}".encode()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name)


def internet_sockets(pid: int) -> Iterator[tuple[str, str, str]]:
    """Yield (table, local, remote) of each socket of a process that isn't a Unix one; addresses as the kernel's hex."""
    inodes: set[str] = set()
    with contextlib.suppress(OSError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(handle.readlink())
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
    for table in _TABLES:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if inodes & set(fields):
                    yield table, fields[1], fields[2]


def address_of(text: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int]:
    """Return what `0100007F:210C` of /proc/net means: 32-bit words in this computer's order."""
    digits, port = text.split(":")
    raw = bytes.fromhex(digits)
    if sys.byteorder == "little":
        raw = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return ipaddress.ip_address(raw), int(port, 16)


class Watch:
    """Looks at the processes of a run until it is over."""

    def __init__(self, mark: str) -> None:
        self.seen: set[int] = set()
        self.looks = 0
        self.sockets: set[tuple[str, str, str]] = set()
        self._mark = mark
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._over.wait(0.2):
            for pid in processes(self._mark):
                self.seen.add(pid)
                self.sockets.update(internet_sockets(pid))
            self.looks += 1

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(10)


@contextlib.contextmanager
def audited(folder: Path, *command: str) -> Generator[tuple[subprocess.Popen[str], Watch, Path]]:
    """Run a command whose processes are watched from both sides."""
    hooks, audit, mark = folder / "hooks", folder / "audit", uuid.uuid4().hex
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(_HOOK)
    environment = private_environment(folder) | {_MARK: mark, "PHOSPHENE_TEST_AUDIT": str(audit)}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(hooks), environment.get("PYTHONPATH", ""))))
    with (
        Watch(mark) as watch,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process,
    ):
        try:
            yield process, watch, audit
        finally:
            process.terminate()
            process.communicate(timeout=30)


def beyond(watch: Watch, audit: Path, port: int) -> list[str]:
    """Return what went, or would have gone, beyond Unix sockets and the console on 127.0.0.1."""
    found: list[str] = []
    for table, local, remote in watch.sockets:
        (here, here_port), (there, there_port) = address_of(local), address_of(remote)
        between_us = here.is_loopback and (there.is_loopback or not there_port)
        if not (table == "tcp" and between_us and port in (here_port, there_port)):
            found.append(f"{table} {local} {remote}")
    for line in audit.read_text().splitlines() if audit.exists() else ():
        _, event, what = json.loads(line)
        # A Unix socket's address is a path; one that is connected already names none.
        if event.startswith(("socket.connect", "socket.bind", "socket.send")) and not isinstance(what, list):
            continue
        if event == "socket.bind" and what[0] == "127.0.0.1":
            continue
        found.append(f"{event} {what}")
    return found


def test_a_run_that_sees_hears_records_and_is_looked_at_talks_to_nobody_else(tmp_path: Path) -> None:
    options = ("--camera", "test", "--microphone", "test", "--record", str(tmp_path / "run.mcap"))
    with audited(tmp_path, *PHOSPHENE, "run", "--console-port", "0", *options) as (run, watch, audit):
        address = told(run, "watch")["console"]
        quick: dict[str, Any] = {"close_timeout": 0.2}  # nobody reads any more, which would hold up the handshake
        with connected(address, **quick) as connection, connected(address, "senses", **quick) as senses:
            page = Page(connection)
            while page.next("about")["board"] != "sim: live":
                pass
            page.send(type="typed", line="exact.integer 6 * 7")
            senses.send(json.dumps({"type": "mute", "on": True}))
            while not any("42" in node["text"] for node in page.frame(20)[0]["nodes"]):
                pass
            senses.send(json.dumps({"type": "mute", "on": False}))
            until = watch.looks + 4
            while watch.looks < until:
                time.sleep(0.05)
        assert run.poll() is None
    port = int(address.rsplit(":", 1)[1].rstrip("/"))
    assert len(watch.seen) >= 3, "the device, its broker and its board"
    listening = [local for _, local, remote in watch.sockets if address_of(remote)[1] == 0]
    assert [(str(ip), number) for ip, number in map(address_of, listening)] == [("127.0.0.1", port)]
    assert beyond(watch, audit, port) == []
    assert any("socket.bind" in line for line in audit.read_text().splitlines()), "the hook was not run"


def test_what_is_forbidden_would_have_been_found(tmp_path: Path) -> None:
    """A child that leaves its parent, as the broker does, sends one packet and listens where others reach it."""
    child = (
        "import socket, time; "
        "out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); out.connect(('192.0.2.1', 9)); "
        "heard = socket.create_server(('0.0.0.0', 0)); print('there', flush=True); time.sleep(30)"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], start_new_session=True)"
    with audited(tmp_path, sys.executable, "-c", parent) as (process, watch, audit):
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        until = watch.looks + 3
        while watch.looks < until:
            time.sleep(0.05)
        for pid in watch.seen - {process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
    found = beyond(watch, audit, 1)
    assert any(line.startswith("tcp 00000000:") for line in found)
    assert "socket.connect ['192.0.2.1', 9]" in found
    assert any(line.startswith("socket.bind ['0.0.0.0'") for line in found)
