# SPDX-License-Identifier: Apache-2.0
"""`phosphene deploy`: a version for the device's computer, over SSH."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from phosphene_tools.commands.options import Output

_SSH = "SSH"
_HOST = "On the host"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("deploy")(deploy)


def deploy(
    host: Annotated[str, typer.Argument(metavar="USER@HOST", help="As for ssh.")],
    rig: Annotated[str, typer.Option(metavar="NAME", help="The rig that the host is part of.")] = "",
    key: Annotated[str, typer.Option(metavar="KEY", help="An Ed25519 key of yours that signs the set.")] = "",
    run: Annotated[str, typer.Option(metavar="ARGUMENTS", help="Further ones for `phosphene run` there.")] = "",
    wheels: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Wheels that go along, for a host without a network.")
    ] = None,
    extra: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Of the package: audio, camera, touch; speech is there.")
    ] = None,
    flash: Annotated[bool, typer.Option("--flash", help="Flash the board's firmware, too, before the check.")] = False,
    no_firmware: Annotated[bool, typer.Option("--no-firmware", help="Without a bundle of the firmware.")] = False,
    counter: Annotated[int, typer.Option(metavar="N", min=0, help="Of that bundle; see phosphene bundle.")] = 0,
    worker: Annotated[
        bool, typer.Option("--worker", help="An environment of its own also for an accelerator that needs none.")
    ] = False,
    back: Annotated[bool, typer.Option("--back", help="Switch to the set before, after the same check.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent.")] = False,
    prefix: Annotated[
        str, typer.Option(metavar="FOLDER", help="Where the sets lie.", rich_help_panel=_HOST)
    ] = "~/.local/share/phosphene",
    python: Annotated[
        str, typer.Option(metavar="PYTHON", help="Its Python, 3.11 or later.", rich_help_panel=_HOST)
    ] = "python3",
    environment: Annotated[
        str, typer.Option(metavar="PYTHON", help="One that has all packages; none is made.", rich_help_panel=_HOST)
    ] = "",
    system: Annotated[
        bool, typer.Option("--system", help="A service of the machine, not of the user.", rich_help_panel=_HOST)
    ] = False,
    user: Annotated[str, typer.Option(metavar="USER", help="Whom that runs as.", rich_help_panel=_HOST)] = "",
    new_owner: Annotated[
        bool, typer.Option("--new-owner", help="Take sets of this key from now on.", rich_help_panel=_HOST)
    ] = False,
    keep: Annotated[int, typer.Option(metavar="N", min=1, help="Sets that stay.", rich_help_panel=_HOST)] = 3,
    ssh_port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, rich_help_panel=_SSH)] = 0,
    identity: Annotated[
        Path | None, typer.Option("--identity", "-i", metavar="FILE", help="Private key.", rich_help_panel=_SSH)
    ] = None,
    known_hosts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of the user's own.", rich_help_panel=_SSH)
    ] = None,
    output: Output = "text",
) -> None:
    """Put a version on the device's computer over SSH: check it there, then switch, or stay with what runs.

    Wheel, models, board files and firmware go as one signed set into a slot of its own. Sent is what the host lacks.
    """
    import asyncio

    from phosphene_tools.deploy.connection import Target
    from phosphene_tools.deploy.contents import Contents, build_set
    from phosphene_tools.deploy.flow import Done, Wish
    from phosphene_tools.deploy.flow import back as go_back
    from phosphene_tools.deploy.flow import deploy as put

    if not rig and not back:
        raise typer.BadParameter("name the rig", param_hint="--rig")

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    target = Target.parse(host, port=ssh_port, identity=identity, known_hosts=known_hosts)
    wish = Wish(
        target,
        prefix=prefix,
        python=python,
        environment=environment,
        system=system,
        user=user,
        new_owner=new_owner,
        flash=flash,
        dry_run=dry_run,
        keep=keep,
        say=say,
    )
    if back:
        done: Done = asyncio.run(go_back(wish))
    else:
        extras = ("speech", *(extra or ()))
        wanted = Contents(rig, key, run, wheels, extras, firmware=not no_firmware, counter=counter, worker=worker)
        done = asyncio.run(put(build_set(wanted, say), wish))
    if output == "json":
        print(json.dumps(dataclasses.asdict(done)))
        return
    if dry_run:
        print(f"would send {done.sent} of {done.files} files, {done.sent_bytes / 2**20:.1f} MiB")
        return
    print(f"{done.host} runs {done.slot}" + (f", before {done.before}" if done.before else ""))
    if not done.started:
        print(f"  no systemd answers there: start it by hand, {prefix}/current/bin/start; its unit is {done.unit}")
