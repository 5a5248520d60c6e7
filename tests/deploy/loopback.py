# SPDX-License-Identifier: Apache-2.0
"""A real sshd on loopback whose host is a folder: home, runtime folder and programs of its own."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from phosphene_tools.deploy.connection import Target
from phosphene_tools.deploy.flow import Done, Wish, deploy
from phosphene_tools.deploy.version_set import VersionSet

_UP_S = 20.0
SMALL_SYSTEMD = Path(__file__).with_name("small_systemd.py")


def sshd() -> str:
    """Return the server's program; skips where there is none."""
    found = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if found is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no sshd here: apt-get install openssh-server")
    if os.geteuid() == 0 and not Path("/run/sshd").is_dir():
        # As its service does: run by root, it wants an empty folder to lock itself into.
        Path("/run/sshd").mkdir(mode=0o755)
    return found


@dataclass
class Loopback:
    """The host: `home` is what its user sees as such."""

    folder: Path
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def prefix(self) -> Path:
        return self.home / ".local/share/phosphene"

    @property
    def current(self) -> str:
        link = self.prefix / "current"
        return link.readlink().name if link.is_symlink() else ""

    def target(self, *, port: int = 0) -> Target:
        known, identity = self.folder / "known_hosts", self.folder / "id"
        return Target("127.0.0.1", getpass.getuser(), port or self.port, identity, known)

    def wish(self, **changed: object) -> Wish:
        wish = Wish(self.target(), environment=sys.executable, say=self.said.append)
        return replace(wish, **changed)  # pyright: ignore[reportArgumentType]

    async def deploy(self, made: VersionSet, **changed: object) -> Done:
        return await deploy(made, self.wish(**changed))

    def ran(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the current slot as the host's user would."""
        command = [str(self.prefix / "current/bin" / program), *arguments]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=50, check=False)

    def environment(self) -> dict[str, str]:
        """What sshd sets for its sessions; PATH has this host's own programs first."""
        return {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "OMP_NUM_THREADS": "1",
        }

    def with_systemd(self) -> None:
        """Give it a systemctl."""
        program = self.folder / "bin/systemctl"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {SMALL_SYSTEMD} "$@"\n')
        program.chmod(0o755)

    def systemctl(self, *verb: str) -> str:
        command = [str(self.folder / "bin/systemctl"), "--user", *verb]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=50, check=False)
        return done.stdout.strip()

    def noted(self, name: str) -> str:
        """What the small systemd noted."""
        path = self.home / "small-systemd" / name
        return path.read_text().strip() if path.exists() else ""


@contextlib.contextmanager
def loopback(folder: Path) -> Generator[Loopback]:
    """Start a host in `folder`."""
    program = sshd()
    for name in ("home", "run", "bin"):
        (folder / name).mkdir(mode=0o700)
    # As on a machine that no systemd runs: the one of this machine, if any, is none of ours.
    (folder / "bin/systemctl").write_text("#!/bin/sh\necho not booted with systemd >&2\nexit 1\n")
    (folder / "bin/systemctl").chmod(0o755)
    for name in ("host_key", "id"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "id.pub", folder / "authorized_keys")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    host = Loopback(folder, port)
    kind, key, *_ = (folder / "host_key.pub").read_text().split()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
    settings = " ".join(f"{name}={value}" for name, value in host.environment().items())
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        f"PermitRootLogin prohibit-password\nSetEnv {settings}\n"
    )
    command = [program, "-D", "-e", "-f", str(folder / "sshd_config")]
    with (folder / "sshd.log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait(port, process, folder / "sshd.log")
            yield host
        finally:
            host.with_systemd()
            host.systemctl("stop", "phosphene.service")
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _UP_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    pytest.fail(f"sshd did not come up: {log.read_text()}")
