# SPDX-License-Identifier: Apache-2.0
"""`phosphene hil serve` and `phosphene hil export`: a board on this machine for benches on others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from phosphene_tools.commands.options import PortName, ReplPort


def serve(
    rig: Annotated[str, typer.Option("--rig", metavar="NAME", help="The rig; a simulated board is started.")] = "sim",
    port: PortName = "",
    repl: ReplPort = "",
    listen: Annotated[str, typer.Option(metavar="HOST", help="Listen at this address.")] = "127.0.0.1",
    seed: Annotated[int | None, typer.Option(help="Of a simulated board's keys.")] = None,
) -> None:
    """Serve a board's line and REPL over TCP, until Ctrl-C or until the pipe that is its input ends.

    Whoever reaches the port has the board. Prints one JSON object: port and repl_port, 0 where there is none.
    """
    import asyncio

    from phosphene_tools.commands.hil_extra import needs_the_bench

    with needs_the_bench():
        from phosphene_hil.serve import serve as run

    asyncio.run(run(rig, port=port, repl=repl, host=listen, seed=seed))


def export(
    resources: Annotated[Path, typer.Argument(metavar="FILE", help="labgrid's YAML of what is exported here.")],
    labgrid: Annotated[str, typer.Option(metavar="PYTHON", help="The Python that labgrid is installed in.")],
    coordinator: Annotated[str, typer.Option(metavar="HOST:PORT", help="labgrid's coordinator.")] = "127.0.0.1:20408",
    name: Annotated[str, typer.Option(help="Name of this exporter; else the machine's.")] = "",
    hostname: Annotated[str, typer.Option(help="Address at which others reach this machine; else its name.")] = "",
) -> None:
    """Run labgrid's exporter with the resource class PhospheneBoard (docs/bench-rack.md)."""
    import json
    import os
    import sys

    from phosphene.errors import ConfigError
    from phosphene_tools.commands.hil_extra import needs_the_bench

    with needs_the_bench():
        import phosphene_hil

    exporter = Path(phosphene_hil.__file__).parent / "labgrid" / "worker" / "exporter.py"
    serving = [sys.executable, "-c", "from phosphene_tools.cli import main; main()", "hil", "serve"]
    command = [labgrid, str(exporter), "--coordinator", coordinator]
    command += [f"--{key}={value}" for key, value in (("name", name), ("hostname", hostname)) if value]
    command += [str(resources)]
    try:
        os.execvpe(labgrid, command, {**os.environ, "PHOSPHENE_SERVE": json.dumps(serving)})
    except OSError as error:
        cure = "name the Python that labgrid is installed in: --labgrid PYTHON"
        raise ConfigError(f"{labgrid} can't be started: {error.strerror}", cure=cure) from error
