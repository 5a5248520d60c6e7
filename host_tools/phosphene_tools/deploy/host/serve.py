# SPDX-License-Identifier: Apache-2.0
"""The host's side of a deployment: a line of JSON asks, a line of JSON answers, until standard input ends.

One deployment at a time holds the prefix. Whatever is cut off leaves `current` as it was: that is one rename.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import launchers
from .checkup import checkup
from .environment import Environments
from .problem import Problem
from .service import NAME, Service
from .sets import Sets, checked, judged

Told = dict[str, Any]
_FLASH_S = 600


class Host:
    """Answers the questions of one deployment."""

    def __init__(self, prefix: Path) -> None:
        self._prefix = prefix
        self._sets = Sets(prefix)
        self._environments = Environments(prefix / "environments", lambda text: _tell({"say": text}))

    def facts(self) -> Told:
        """How the host is."""
        free = shutil.disk_usage(self._prefix).free
        machine, python = platform.machine(), platform.python_version()
        current, owner = self._sets.current, self._sets.owner
        return {"free": free, "machine": machine, "python": python, "current": current, "owner": owner}

    def missing(self, files: list[str]) -> Told:
        """Which contents must be sent."""
        return {"missing": self._sets.store.missing(files)}

    def put(self, files: list[list[Any]]) -> Told:
        """Take contents, which follow the question."""
        for digest, size in files:
            self._sets.store.take(digest, size, sys.stdin.buffer)
        return {}

    def stage(self, manifest: str, signature: str, public: str, new_owner: bool) -> Told:
        """Lay the set into its slot, checked, with its environments and programs."""
        text, signed = manifest.encode(), bytes.fromhex(signature)
        # First of all: a set that nobody signed must not choose an owner.
        judged(text, signed, public)
        anew = self._sets.own(public, anew=new_owner)
        return {"slot": self._sets.stage(text, signed, public).name, "new_owner": anew}

    def prepare(self, slot: str, python: str) -> Told:
        """Make what a slot runs with: `python` is one of the host's own that has it already, or empty."""
        path = self._sets.path(slot)
        told = json.loads((path / "manifest").read_bytes())
        own = python or str(self._environments.python(told["requirements"], path))
        worker = str(self._environments.python(told["worker"], path)) if told["worker"] else ""
        launchers.write(path, self._prefix, told, own, worker)
        return {"python": own, "worker": worker, "accelerator": launchers.accelerator(told, worker)}

    def flash(self, slot: str) -> Told:
        """Put the set's firmware on the board."""
        path = self._sets.path(slot)
        told = json.loads((path / "manifest").read_bytes())
        command = [str(path / "bin" / "phosphene"), "flash", "--rig", told["rig"]]
        command += ["--bundle", str(path / "firmware.phosphene"), "-o", "json"]
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600, check=False
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1].removeprefix("error: ")
            raise Problem(f"the board was not flashed: {last}", f"rig {told['rig']}", "docs/flash.md")
        return {"flash": done.stdout.strip().splitlines()[-1]}

    def check(self, slot: str) -> Told:
        """Have the slot check itself."""
        path = self._sets.path(slot)
        told = checked(path, self._sets.owner)
        _, worker = launchers.environments(path)
        arguments = ["--rig", told["rig"], "--accelerator", launchers.accelerator(told, worker)]
        if (path / "firmware.phosphene").is_file():
            arguments += ["--bundle", str(path / "firmware.phosphene")]
        checkup(path, arguments, lambda answer: _tell({"check": answer}))
        return {}

    def switch(self, slot: str, system: bool, user: str) -> Told:
        """Make a slot current and start it; go back to the one before when it does not come up."""
        service = Service(self._prefix, system=system, user=user)
        service.write()
        manager = service.manager
        before = self._sets.switch(slot)
        told = {"before": before, "unit": str(service.unit), "started": manager, "lingers": service.lingers}
        if not manager:
            return told
        try:
            service.restart()
        except Problem as problem:
            raise self._back(service, before, problem) from problem
        return told

    def back(self) -> Told:
        """Which set was there before."""
        return {"slot": self._sets.previous()}

    def clean(self, keep: int) -> Told:
        """Remove old sets, and what only they needed."""
        gone = self._sets.clean(keep)
        slots = [path for path in self._sets.folder.iterdir() if path.is_dir()]
        self._environments.keep({python for slot in slots for python in launchers.environments(slot)})
        for name in gone:
            shutil.rmtree(self._prefix / "bytecode" / name, ignore_errors=True)
        return {"gone": gone}

    def _back(self, service: Service, before: str, problem: Problem) -> Problem:
        where, cure = problem.told["place"], problem.told["cure"]
        if not before:
            (self._prefix / "current").unlink()
            service.stop()
            return Problem(f"the first set did not start: {problem}", where, cure)
        self._sets.switch(before)
        try:
            service.restart()
        except Problem as second:
            said = f"the new set did not start ({problem}), and the old one, {before}, neither ({second})"
            return Problem(said, where, cure)
        return Problem(f"the new set did not start, and {before} runs again: {problem}", where, cure)


def _tell(told: Told) -> None:
    try:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody listens any more; what was begun is finished all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Serve one deployment, or with --verify check one slot."""
    prefix = Path(sys.argv[1])
    if sys.argv[2:3] == ["--verify"]:
        sets = Sets(prefix)
        try:
            checked(sets.path(sys.argv[3]), sets.owner)
        except (Problem, OSError, ValueError) as error:
            sys.exit(f"{NAME}: {error}")
        return
    with (prefix / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _tell({"error": Problem("another deployment is under way", str(prefix), "wait for it").told})
            sys.exit(1)
        _serve(Host(prefix))


def _serve(host: Host) -> None:
    verbs: dict[str, Callable[..., Told]] = {
        verb.__name__: verb
        for verb in (
            *(host.facts, host.missing, host.put, host.stage, host.prepare),
            *(host.flash, host.check, host.switch, host.back, host.clean),
        )
    }
    _tell({"ready": True})
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        verb = asked.pop("verb")
        try:
            _tell({"done": verbs[verb](**asked)})
        except Problem as problem:
            _tell({"error": problem.told})
        except OSError as error:
            _tell({"error": Problem.of(error).told})
        else:
            continue
        if verb == "put":
            sys.exit(1)  # how much of what follows belongs to it can't be told any more
