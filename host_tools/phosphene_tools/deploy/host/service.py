# SPDX-License-Identifier: Apache-2.0
"""The supervisor as a systemd service: its unit, its start, and whether it stays up."""

from __future__ import annotations

import getpass
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .problem import Problem

NAME = "phosphene.service"
# What a set may take until its loop turns: a Pi loads the networks and its board answers within this.
_START_S = 120
_WATCHDOG_S = 10
_STAYS_S = 3.0
_GROUPS = "dialout video audio render plugdev"


@dataclass(frozen=True, slots=True)
class Service:
    """`system`: one of the machine, which needs root, instead of one of this user. `user` is whom that runs as."""

    prefix: Path
    system: bool = False
    user: str = ""

    @property
    def unit(self) -> Path:
        """The unit's file."""
        if self.system:
            return Path("/etc/systemd/system") / NAME
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        return home / "systemd" / "user" / NAME

    @property
    def manager(self) -> bool:
        """Whether a systemd is there that would start it."""
        try:
            return self._systemctl("show", "--property=Version", timeout=10).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    @property
    def lingers(self) -> bool:
        """Whether it starts with the machine, and not only when its user logs in."""
        return self.system or (Path("/var/lib/systemd/linger") / getpass.getuser()).exists()

    def write(self) -> bool:
        """Write the unit; return whether it changed. It is the same for every set."""
        text = self._text()
        if self.unit.is_file() and self.unit.read_text() == text:
            return False
        self.unit.parent.mkdir(parents=True, exist_ok=True)
        part = self.unit.with_suffix(".part")
        part.write_text(text)
        part.replace(self.unit)
        return True

    def restart(self) -> None:
        """Start what is current. Raises Problem when it does not come up, or not stay."""
        try:
            self._well("daemon-reload")
            self._well("enable", NAME)
            # Returns when the supervisor has said that its loop turns: Type=notify.
            self._well("restart", NAME)
        except subprocess.TimeoutExpired as error:
            raise Problem("systemd did not answer", NAME, "systemctl list-jobs") from error
        until = time.monotonic() + _STAYS_S
        while time.monotonic() < until:
            time.sleep(0.5)
            if self._systemctl("is-active", NAME, timeout=10).stdout.strip() != "active":
                raise Problem("it came up and went down again", NAME, self._journal())

    def stop(self) -> None:
        """Stop it: the first set of a host failed, and there is none to go back to."""
        self._systemctl("stop", NAME, timeout=60)

    def _well(self, *verb: str) -> None:
        done = self._systemctl(*verb, timeout=_START_S + 60)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[0]
            raise Problem(f"systemctl {verb[0]}: {said}", NAME, self._journal())

    def _systemctl(self, *verb: str, timeout: float) -> subprocess.CompletedProcess[str]:
        command = ["systemctl", *([] if self.system else ["--user"]), *verb]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)

    def _journal(self) -> str:
        return f"see: journalctl {'-u' if self.system else '--user -u'} {NAME} -n 50"

    def _text(self) -> str:
        current = self.prefix / "current"
        as_user = f"User={self.user or getpass.getuser()}\nSupplementaryGroups={_GROUPS}\n" if self.system else ""
        return f"""\
# SPDX-License-Identifier: Apache-2.0
# Written by: phosphene deploy. Further settings belong into {NAME}.d/.
[Unit]
Description=Phosphene
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
# Refuses a set whose files are not what was signed.
ExecStartPre={_quoted(current / "bin" / "verify")}
ExecStart={_quoted(current / "bin" / "start")}
# READY when the loop turns; then it is told twice within this time that it goes on turning.
WatchdogSec={_WATCHDOG_S}
TimeoutStartSec={_START_S}
TimeoutStopSec=15
Restart=always
RestartSec=2
NoNewPrivileges=yes
{as_user}
[Install]
WantedBy={"multi-user.target" if self.system else "default.target"}
"""


def _quoted(path: Path) -> str:
    """A path in a unit: systemd reads %, \\ and quotes (systemd.service(5), systemd.unit(5))."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"'
