# SPDX-License-Identifier: Apache-2.0
"""`phosphene keys`: make keys, put them into a board, replace them there, sign grants."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from phosphene_tools.commands.options import PortName, RigName, named_port

if TYPE_CHECKING:
    from phosphene.exact import Coprocessor

T = TypeVar("T")

KeyName = Annotated[str, typer.Argument(metavar="KEY", help="The name of a key; `phosphene keys list` has them.")]
SlotName = Annotated[
    Literal["arm", "unlock", "update", "device"], typer.Argument(help="What the key is for on the board.")
]

keys = typer.Typer(no_args_is_help=True, help="Make and keep keys, put them into a board, sign grants.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(keys, name="keys")


@keys.command()
def new(
    name: Annotated[str, typer.Argument(help="What to call it: a to z, 0 to 9, dot, dash, underscore.")],
    kind: Annotated[
        Literal["hmac", "ed25519"],
        typer.Option(help="A secret shared with the board, or a pair whose private half never leaves this computer."),
    ] = "hmac",
) -> None:
    """Make a key and keep it in this user's configuration, readable by nobody else."""
    from phosphene_tools.keys.store import KeyStore

    store = KeyStore()
    print(f"{name} {kind} {store.new(name, kind).fingerprint.hex()}, kept in {store.folder}")


@keys.command("list")
def list_() -> None:
    """List this user's keys: name, kind, fingerprint. `phosphene call crypto.slots` has a board's."""
    from phosphene_tools.keys.store import KeyStore

    store = KeyStore()
    for name in store.names():
        key = store.load(name)
        print(f"{name} {key.kind} {key.fingerprint.hex()}")


@keys.command()
def provision(slot: SlotName, name: KeyName, port: PortName = "", rig: RigName = "") -> None:
    """Put a key into an empty slot of a board that is not armed.

    A shared secret crosses the line in clear: do this at the bench, with no trace running.
    """
    from phosphene_tools.keys import on_board
    from phosphene_tools.keys.store import KeyStore

    key = KeyStore().load(name)
    _on_board(port, rig, "maintain", lambda mcu: on_board.provision(mcu, slot, key))
    print(f"slot {slot} holds {name}, {key.kind} {key.fingerprint.hex()}")


@keys.command()
def rotate(
    slot: SlotName,
    name: KeyName,
    by: Annotated[str, typer.Option(metavar="KEY", help="The key that the slot holds now; it grants the change.")],
    port: PortName = "",
    rig: RigName = "",
) -> None:
    """Replace the key of a slot, by a grant of the one that it holds, on a board that is not armed."""
    from phosphene_tools.keys import on_board
    from phosphene_tools.keys.store import KeyStore

    store = KeyStore()
    old, key = store.load(by), store.load(name)
    _on_board(port, rig, "maintain", lambda mcu: on_board.rotate(mcu, slot, old, key))
    print(f"slot {slot} holds {name}, {key.kind} {key.fingerprint.hex()}, and {by} no longer")


@keys.command()
def grant(
    purpose: Annotated[Literal["arm", "unlock"], typer.Argument(help="What is granted.")],
    name: KeyName,
    subject: Annotated[str, typer.Option(help="What it is granted on, such as the lock's name.")] = "",
    boot: Annotated[int | None, typer.Option(metavar="ID", help="The boot id of a board that isn't here.")] = None,
    nonce: Annotated[
        str, typer.Option(metavar="HEX", help="The nonce that board.nonce gave to arm, crypto.nonce to unlock.")
    ] = "",
    port: PortName = "",
    rig: RigName = "",
) -> None:
    """Sign a grant and print it in hexadecimal, for board.arm or lock.unlock.

    With --boot and --nonce no board is needed: what it says travels here, and the grant travels back.

      phosphene keys grant arm owner --boot 1234567 --nonce 00112233445566778899aabbccddeeff
    """
    from phosphene_tools.keys import on_board
    from phosphene_tools.keys.store import KeyStore

    key = KeyStore().load(name)
    if boot is None and not nonce:
        signed = _on_board(port, rig, "arm", lambda mcu: on_board.grant(mcu, purpose, key, subject.encode()))
    elif boot is None or not nonce:
        raise typer.BadParameter("--boot and --nonce go together", param_hint="--nonce" if nonce else "--boot")
    else:
        signed = key.grant(purpose, _boot_id(boot), _nonce(nonce), subject.encode())
    print(f"0x{signed.hex()}")


def _boot_id(boot: int) -> int:
    if not 0 <= boot < 2**32:
        raise typer.BadParameter(f"{boot} is no boot id: they are below 2**32", param_hint="--boot")
    return boot


def _nonce(text: str) -> bytes:
    try:
        nonce = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        nonce = b""
    if len(nonce) != 16:
        raise typer.BadParameter("a nonce is 32 hexadecimal digits", param_hint="--nonce")
    return nonce


def _on_board(port: str, rig: str, role: str, work: Callable[[Coprocessor], Awaitable[T]]) -> T:
    from phosphene_tools.attach import attached

    async def run() -> T:
        async with attached(there, role, "keys") as board:
            return await work(board.mcu)

    with named_port(port, rig) as there:
        return asyncio.run(run())
