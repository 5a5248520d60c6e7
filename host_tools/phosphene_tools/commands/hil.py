# SPDX-License-Identifier: Apache-2.0
"""`phosphene hil`: what the bench proves about a board."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from phosphene_tools.commands.hil_doctor import doctor
from phosphene_tools.commands.hil_report import report
from phosphene_tools.commands.hil_serve import export, serve

if TYPE_CHECKING:
    from phosphene_tools.power_cut.run import Figures

hil = typer.Typer(no_args_is_help=True, help="Prove on the bench what the board must stand.")


hil.command()(doctor)
hil.command()(report)
hil.command()(serve)
hil.command()(export)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(hil, name="hil")


@hil.callback()
def _hil() -> None:
    """Prove on the bench what the board must stand."""


@hil.command()
def powercut(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    every: Annotated[int, typer.Option(min=1, metavar="N", help="Cut at every Nth flash write only.")] = 1,
    thorough: Annotated[bool, typer.Option("--thorough", help="Tear each write in a third way, too.")] = False,
    boots: Annotated[int, typer.Option(min=1, metavar="N", help="Start so many on the simulated board.")] = 6,
    seed: Annotated[int, typer.Option(help="Of how writes are torn and bundles spoilt.")] = 1,
) -> None:
    """Cut an update at every flash write, tear the write under way, and look at what boots; then offer bad bundles.

    MicroPython's own littlefs, the board's boot stub and its updater run on simulated flash. Exits with 1 when a
    board came up without a whole version, or took a bundle that it must refuse.
    """
    import asyncio

    from phosphene_tools.power_cut.run import Plan, run

    plan = Plan(seed=seed, every=every, torn=(0, 1, 2) if thorough else (0, 1), boots=boots)
    figures = asyncio.run(run(plan, lambda text: print(text, file=sys.stderr)))
    if as_json:
        print(json.dumps(figures.as_json(), indent=2))
    else:
        _print(figures)
    if not figures.well:
        raise typer.Exit(1)


def _print(figures: Figures) -> None:
    print(f"{figures.cuts} cuts at {figures.flash_writes} flash writes; afterwards ran: {figures.ran}")
    print(f"bricked {figures.bricked}, mixed {figures.mixed}, stuck {figures.stuck}")
    print(f"bad bundles offered {figures.offered}, taken {figures.accepted_bad}")
    for kind, refusal in figures.refusals.items():
        print(f"  {kind:<52} {refusal or 'TAKEN'}")
    for name, told in figures.booted.items():
        print(f"  {name:<12} {told}")
    for example in figures.examples:
        print(f"  {example}")
