# SPDX-License-Identifier: Apache-2.0
"""A deployment from its start to the switch: send what lacks, lay it, check it there, then switch, or stay."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any

from phosphene_tools.deploy.connection import Target, connected, missing_file
from phosphene_tools.deploy.errors import DeployError
from phosphene_tools.deploy.host_side import HostSide, host_side
from phosphene_tools.deploy.version_set import VersionSet

PREFIX = "~/.local/share/phosphene"
# The set itself, and what an environment with its packages takes.
_ROOM = 64 << 20


@dataclass(frozen=True, slots=True)
class Wish:
    """Where to put a set, and how. `python` is the host's, for the program there and for environments; `environment`
    an interpreter there that has the packages already. `keep` old sets stay. `flash`: the firmware, too."""

    target: Target
    prefix: str = PREFIX
    python: str = "python3"
    environment: str = ""
    system: bool = False
    user: str = ""
    new_owner: bool = False
    flash: bool = False
    dry_run: bool = False
    keep: int = 3
    say: Callable[[str], None] = lambda _: None


@dataclass(slots=True)
class Done:
    """What came of it. `sent` counts contents that crossed the network, of `files`; `checks` are the host's."""

    host: str
    slot: str
    before: str = ""
    files: int = 0
    sent: int = 0
    sent_bytes: int = 0
    checks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    started: bool = False
    switched: bool = False
    unit: str = ""
    seconds: float = 0.0


async def deploy(made: VersionSet, wish: Wish) -> Done:
    """Put a set on a host and switch to it. Raises DeployError; then what ran there still does."""
    begun = time.monotonic()
    done = Done(str(wish.target), made.seal[:16], files=len(made.files))
    async with _host(wish, done) as host:
        facts = await host.ask("facts")
        done.before = str(facts["current"])
        wish.say(f"{wish.target}: Python {facts['python']} on {facts['machine']}, runs {done.before or 'nothing yet'}")
        wanted = (await host.ask("missing", files=list(made.files)))["missing"]
        lacking = {name: made.files[name] for name in wanted}
        done.sent, done.sent_bytes = len(lacking), sum(map(len, lacking.values()))
        wish.say(f"{done.sent} of {done.files} files to send, {done.sent_bytes / 2**20:.1f} MiB")
        if wish.dry_run:
            done.seconds = time.monotonic() - begun
            return done
        if facts["free"] < 2 * done.sent_bytes + (0 if wish.environment else _ROOM):
            room = f"{facts['free'] / 2**20:.0f} MiB are free"
            raise DeployError(f"the host's disk is too full: {room}", place=str(wish.target), cure="make room: df -h")
        if lacking:
            await host.send(lacking, _progress(done.sent_bytes, wish.say))
        keys = {"signature": made.signature.hex(), "public": made.public.hex()}
        laid = await host.ask("stage", manifest=made.manifest.decode(), new_owner=wish.new_owner, **keys)
        if laid["new_owner"]:
            wish.say(f"from now on it takes sets of the key {made.public.hex()[:16]}… only")
        await host.ask("prepare", slot=done.slot, python=wish.environment)
        if wish.flash:
            wish.say("flashing the board")
            await host.ask("flash", slot=done.slot)
        await _check_and_switch(host, wish, done)
        await host.ask("clean", keep=wish.keep)
    done.seconds = time.monotonic() - begun
    return done


async def back(wish: Wish) -> Done:
    """Switch to the set that ran before the current one, after the same check. Raises DeployError."""
    begun = time.monotonic()
    done = Done(str(wish.target), "")
    async with _host(wish, done) as host:
        done.before = str((await host.ask("facts"))["current"])
        done.slot = str((await host.ask("back"))["slot"])
        await _check_and_switch(host, wish, done)
    done.seconds = time.monotonic() - begun
    return done


async def _check_and_switch(host: HostSide, wish: Wish, done: Done) -> None:
    wish.say("checking it there")
    await host.ask("check", slot=done.slot)
    switched = await host.ask("switch", slot=done.slot, system=wish.system, user=wish.user)
    done.switched, done.unit, done.started = True, str(switched["unit"]), bool(switched["started"])
    if done.started and not switched["lingers"]:
        wish.say(
            "it starts when this user logs in; for a start with the machine: sudo loginctl enable-linger, or --system"
        )


@contextlib.asynccontextmanager
async def _host(wish: Wish, done: Done) -> AsyncGenerator[HostSide]:
    """Connect, and have the host's side run there."""
    missing_file(wish.target.identity, "private key")
    missing_file(wish.target.known_hosts, "file of known hosts")

    def tell(name: str, value: Any) -> None:
        if name == "check":
            done.checks.append(value)
            wish.say(f"{value['check']}: {value['said']}")
        else:
            wish.say(str(value))

    place = str(wish.target)
    async with (
        connected(wish.target) as connection,
        host_side(connection, place, python=wish.python, prefix=wish.prefix, tell=tell) as host,
    ):
        yield host


def _progress(total: int, say: Callable[[str], None]) -> Callable[[int], None]:
    """Say each tenth of the way."""
    went, told = 0, 0

    def sent(size: int) -> None:
        nonlocal went, told
        went += size
        if (tenth := min(10, 10 * went // total)) > told:
            told = tenth
            say(f"sent {10 * tenth} %")

    return sent
