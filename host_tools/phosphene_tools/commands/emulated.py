# SPDX-License-Identifier: Apache-2.0
"""`phosphene emulated`: the firmware on an emulated Cortex-M3."""

from __future__ import annotations

from typing import Annotated

import typer

emulated = typer.Typer(no_args_is_help=True, help="Run the firmware on an emulated Cortex-M3.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(emulated, name="emulated")


@emulated.command()
def build() -> None:
    """Build MicroPython for it, from the source distribution on PyPI and this project's port."""
    from phosphene_tools.emulated.image import image

    typer.echo(f"built {image().name}")


@emulated.command()
def run(
    rig: Annotated[str, typer.Option(metavar="NAME", help="Wire it as this rig's micro-controller.")] = "sim",
    seconds: Annotated[float, typer.Option(min=0, help="End after so long; 0 means with Ctrl-C.")] = 0,
) -> None:
    """Start it, wait until it says hello over the line, and keep it running."""
    import asyncio

    asyncio.run(_serve(rig, seconds))


async def _serve(name: str, seconds: float) -> None:
    import asyncio

    from phosphene.line.link import Link
    from phosphene_tools.boards import board_json, load_rig
    from phosphene_tools.emulated.image import image
    from phosphene_tools.sim import SimBoard, SimConfig

    rig = load_rig(name)
    config = SimConfig(
        board_json=board_json(rig),
        heap_bytes=rig.mcu.heap_kib * 1024,
        emulated=await asyncio.to_thread(image),
        parts=True,
    )
    async with SimBoard(config) as board:
        link = await Link.open(str(board.port_link), baud=921_600)
        hello = link.hello
        await link.close()
        typer.echo(f"emulated Cortex-M3 of rig {rig.name}: hello from {hello.unique_id.hex()}")
        typer.echo(f"  line     {board.port_link}\n  REPL     {board.repl_port}\n  control  {board.control_path}")
        await (asyncio.sleep(seconds) if seconds else asyncio.Event().wait())
