# SPDX-License-Identifier: Apache-2.0
"""`phosphene broker`: own a port and share it; show and stop the brokers that run."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phosphene_tools.commands.options import Output, PortName, RigName, named_port

if TYPE_CHECKING:
    from phosphene.line.broker.documents import Status

broker = typer.Typer(help="Own a port and share it between programs.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(broker, name="broker")


@broker.callback(invoke_without_command=True)
def own(
    context: typer.Context,
    port: PortName = "",
    rig: RigName = "",
    stay: Annotated[bool, typer.Option("--stay", help="Go on when the last program has left.")] = False,
    faults: Annotated[
        Path | None,
        typer.Option(metavar="PLAN", help="Inject the faults of this TOML plan, to test what uses the line."),
    ] = None,
) -> None:
    """Own the port in the foreground and share it until Ctrl-C. Programs that need a broker start one by themselves."""
    if context.invoked_subcommand is not None:
        return
    from phosphene.line.broker.launch import BrokerOptions
    from phosphene.line.broker.run import serve

    with named_port(port, rig) as found:
        options = BrokerOptions(baud=found.baud, rtscts=found.rtscts, faults=faults, stay=stay)
        asyncio.run(serve(found.line, options, lambda: print(f"broker of {found.line}: ready", flush=True)))


@broker.command()
def status(output: Output = "text") -> None:
    """Show the brokers of this user, their boards and their clients."""
    from phosphene.line.broker.rendezvous import running

    async def ask_all() -> list[Status]:
        return [await _ask(holder.port) for holder in running()]

    brokers = asyncio.run(ask_all())
    if not brokers and output == "text":
        print("no broker runs")
    for found in brokers:
        print(json.dumps(found.model_dump(mode="json")) if output == "json" else _in_words(found))


@broker.command()
def stop(port: PortName = "", rig: RigName = "") -> None:
    """Stop the broker of a port, or every broker of this user. Clients are told, and don't start it again."""
    from phosphene.line.broker.rendezvous import running

    if port or rig:
        with named_port(port, rig) as found:
            asyncio.run(_stop(found.line))
        return
    for holder in running():
        asyncio.run(_stop(holder.port))


async def _ask(port: str) -> Status:
    from phosphene.line.broker.channel import BrokerChannel

    channel = await BrokerChannel.attach(port, role="observe", name="phosphene broker status", start=False)
    try:
        return await channel.status()
    finally:
        await channel.close()


async def _stop(port: str) -> None:
    from phosphene.line.broker.channel import BrokerChannel

    channel = await BrokerChannel.attach(port, role="maintain", name="phosphene broker stop", start=False)
    try:
        await channel.stop_broker()
    finally:
        await channel.close()
    print(f"stopped the broker of {port}, process {channel.broker_pid}", file=sys.stderr)


def _in_words(found: Status) -> str:
    hello = found.line.hello
    lines = [
        f"{found.port}: process {found.pid}, {found.line.state.lower()}, for {found.uptime_s:.0f} s"
        + (", stays" if found.stay else ""),
        f"  board {hello.board}, id {hello.unique_id.hex()}, boot {hello.boot_id:#x} after {hello.cause}",
    ]
    for client in found.clients:
        lost = client.events_dropped + client.taps_dropped
        lines.append(
            f"  {client.name} (process {client.pid}): {client.role.value}, {client.calls} calls"
            + (", holds the lease" if client.holds_lease else "")
            + (f", {lost} events and frames dropped: it reads too slowly" if lost else "")
        )
    return "\n".join(lines)
