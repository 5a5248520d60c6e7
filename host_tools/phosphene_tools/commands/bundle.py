# SPDX-License-Identifier: Apache-2.0
"""`phosphene bundle`: versions of the firmware in a file, signed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from phosphene_tools.commands.options import Output, TasksFolder

bundle = typer.Typer(no_args_is_help=True, help="Build and check signed versions of the firmware.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(bundle, name="bundle")


@bundle.command()
def build(
    rig: Annotated[str, typer.Argument(help="The rig that it is for: a name, or the path of its folder.")],
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    key: Annotated[str, typer.Option(metavar="KEY", help="An Ed25519 key that signs it.")] = "",
    counter: Annotated[
        int, typer.Option(metavar="N", min=0, help="Once kept, a board takes nothing with a lower one.")
    ] = 0,
    abi: Annotated[
        str, typer.Option(help="What the board's interpreter loads, if not what its chip usually does.")
    ] = "",
    tasks: TasksFolder = None,
    output: Output = "text",
) -> None:
    """Compile the firmware for a rig and pack it into one file; the same bytes from the same sources, everywhere."""
    from phosphene_tools.boards import load_rig
    from phosphene_tools.flash.abi import Abi
    from phosphene_tools.flash.bundle import Bundle
    from phosphene_tools.flash.errors import BundleError
    from phosphene_tools.flash.version import build as built
    from phosphene_tools.flash.wish import Wish
    from phosphene_tools.keys.store import KeyStore

    found = load_rig(rig)
    signer = KeyStore().load(key) if key else None
    made: Bundle = built(Wish(tasks=tasks), found, Abi.parse(abi) if abi else Abi.of_board(found.mcu), counter, signer)
    try:
        file.write_bytes(made.encode())
    except OSError as error:
        raise BundleError(f"it can't be written: {error.strerror}", place=str(file)) from error
    _tell(made, file, output, f"signed by {key}" if key else "not signed")


@bundle.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A bundle.")],
    key: Annotated[str, typer.Option(metavar="KEY", help="Of yours, that must have signed it.")] = "",
    public: Annotated[str, typer.Option(metavar="HEX", help="The 32 bytes of the public key that must have.")] = "",
    output: Output = "text",
) -> None:
    """Check every hash in a bundle, and its signature."""
    from phosphene_tools.flash.bundle import Bundle
    from phosphene_tools.keys.store import KeyStore

    found = Bundle.read(file)
    if key or public:
        found.check_signature(_public(public) if public else KeyStore().load(key).for_board, str(file))
        how = f"signed by {key or public}"
    else:
        how = "signed; name the key to check that" if found.signature else "not signed"
    _tell(found, file, output, how)


def _public(text: str) -> bytes:
    try:
        key = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise typer.BadParameter("a public key is 64 hexadecimal digits", param_hint="--public")
    return key


def _tell(found: object, file: Path, output: str, how: str) -> None:
    from phosphene_tools.flash.bundle import Bundle

    assert isinstance(found, Bundle)
    head = found.manifest
    if output == "json":
        facts = {"version": head.version, "board": head.board, "abi": head.abi, "counter": head.counter}
        print(
            json.dumps(
                {"file": str(file), **facts, "files": len(found.files), "seal": head.seal.hex(), "signature": how}
            )
        )
        return
    print(f"{file}: version {head.version} for {head.board}, ABI {head.abi}, counter {head.counter}")
    print(f"  {len(found.files)} files, {sum(map(len, found.files.values()))} bytes, {how}")
    print(f"  {head.seal.hex()}")
