# SPDX-License-Identifier: Apache-2.0
"""`phosphene hil doctor`: which wires between instrument and board are not as they should be."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phosphene_tools.commands.options import Output, PortName

if TYPE_CHECKING:
    from phosphene_hil.doctor import Finding


def doctor(
    rig: Annotated[str, typer.Option("--rig", metavar="NAME", help="The rig under test.")] = "sim",
    instrument: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The instrument that is wired to it (docs/instrument.md).")
    ] = None,
    port: PortName = "",
    arm_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Arming key, to try ENABLE and what is behind it.")
    ] = None,
    unlock_key: Annotated[Path | None, typer.Option(metavar="FILE", help="Secret of the locks, to try them.")] = None,
    keep_running: Annotated[bool, typer.Option("--keep-running", help="Reset nothing, and cut no power.")] = False,
    udev: Annotated[bool, typer.Option("--udev", help="Print the udev rules of this bench; drive nothing.")] = False,
    output: Output = "text",
) -> None:
    """Drive each wire between a rig and its instrument, and say which are swapped, missing, shorted or without effect.

    Outputs are switched, so take off what must not move. Exits with 1 when a wire is wrong.
    """
    import asyncio

    from phosphene.errors import ConfigError

    try:
        from phosphene_hil.doctor.running import run
    except ImportError as error:
        cure = "pip install 'phosphene[hil]'"
        raise ConfigError(f"the bench is not installed: {error}", place="phosphene hil doctor", cure=cure) from error

    told = asyncio.run(
        run(rig, instrument, port, arm_key, unlock_key, keep_running=keep_running, only_udev=udev),
    )
    wrong = sum(finding.wrong for finding in told.findings)
    if output == "json":
        findings = [asdict(finding) for finding in told.findings]
        print(json.dumps({"rig": rig, "wrong": wrong, "findings": findings, "udev": told.udev}))
    elif udev:
        print(told.udev, end="")
    else:
        _print(told.findings, wrong)
    if wrong:
        raise typer.Exit(1)


def _print(findings: list[Finding], wrong: int) -> None:
    for finding in findings:
        mark = "ok" if finding.state == "fine" else finding.state.upper() if finding.wrong else finding.state
        print(f"{mark:<11}{finding.said}")
        if finding.cure:
            print(f"{'':<11}{finding.cure}")
    print(f"{wrong} wrong" if wrong else "no wire is wrong")
