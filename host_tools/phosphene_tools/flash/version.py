# SPDX-License-Identifier: Apache-2.0
"""Which version a board is to get: a bundle from a file, or the firmware here, built and signed for that board."""

from __future__ import annotations

import asyncio
import importlib.metadata
from dataclasses import replace
from pathlib import Path

from phosphene.exact import Coprocessor
from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.firmware_config import board_json
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.board_side import State
from phosphene_tools.flash.bundle import Bundle, sign
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.flash.slot_image import slot_files
from phosphene_tools.flash.wish import Wish
from phosphene_tools.keys.key import Key
from phosphene_tools.keys.store import KeyStore

LEAST_INTERPRETER = (1, 28)
"""The oldest MicroPython that this firmware was run on."""


async def bundle_for(wish: Wish, rig: Rig, abi: Abi, counter: int) -> Bundle:
    """Return the bundle to install: that of a file, or the firmware here, not signed yet.

    Raises FlashError, BundleError and what building raises.
    """
    if wish.bundle is not None:
        return await asyncio.to_thread(Bundle.read, wish.bundle)
    return await asyncio.to_thread(build, wish, rig, abi, counter if wish.counter is None else wish.counter)


def build(wish: Wish, rig: Rig, abi: Abi, counter: int, key: Key | None = None) -> Bundle:
    """Return the bundle of the firmware here for a rig and an interpreter. Raises FlashError and what it reads."""
    abi.check_compiler(f"rig {rig.name}")
    own: tuple[Path, ...] = ()
    if wish.tasks:
        from phosphene_tools.new_task import own_tasks  # which loads the simulator

        own = own_tasks(wish.tasks, board_json(rig))
    files = slot_files(rig, abi, firmware=wish.firmware, own=own)
    version = importlib.metadata.version("phosphene")
    return Bundle.build(files, version=version, board=rig.name, abi=str(abi), counter=counter, key=key)


async def signed(wish: Wish, bundle: Bundle, state: State | None, mcu: Coprocessor | None) -> Bundle:
    """Return the bundle with the signature that the board wants, if it wants one. Raises FlashError, KeyStoreError."""
    if wish.bundle is not None:
        return bundle
    if wish.key:
        return replace(bundle, signature=sign(bundle.manifest, wish.keys.load(wish.key)))
    if state is None or not state.signed or mcu is None:
        return bundle
    return replace(bundle, signature=sign(bundle.manifest, await _key_of(wish.keys, mcu)))


async def _key_of(store: KeyStore, mcu: Coprocessor) -> Key:
    """Return the key of this user that the board's slot `update` knows. Raises FlashError."""
    lines = [line.split() for line in (await mcu.call("crypto.slots")).slots.splitlines()]
    held = next((line[2] for line in lines if line[0] == "update" and len(line) == 3), "")
    for name in store.names():
        key = store.load(name)
        if key.fingerprint.hex() == held:
            return key
    raise FlashError(
        f"the board takes what the key {held} signed, and none of yours is it",
        place=mcu.hello.board,
        cure="flash a bundle that its owner signed: --bundle FILE",
    )


def check_bundle(bundle: Bundle, rig: Rig, state: State) -> None:
    """Raise FlashError for what the board would refuse, before anything is sent."""
    head = bundle.manifest
    place = f"bundle {head.version}"
    if head.board != rig.name:
        raise FlashError(f"it is for board {head.board}, and this is {rig.name}", place=place, cure="build it for this")
    if head.abi != state.abi:
        cure = "build it for this interpreter: phosphene bundle build --abi " + state.abi
        raise FlashError(f"it is compiled for ABI {head.abi}, the board has {state.abi}", place=place, cure=cure)
    if head.counter < state.counter:
        cure = "flash a newer one"
        raise FlashError(
            f"its counter is {head.counter}, and the board takes {state.counter} or more", place=place, cure=cure
        )
    if state.signed and not bundle.signature:
        raise FlashError("it is not signed, and the board wants that", place=place, cure="build it with --key NAME")


def check_interpreter(version: str, place: str) -> None:
    """Raise FlashError when a board's MicroPython is older than what the firmware was ever run on."""
    parts = version.split(".")
    known = tuple(int(part) for part in parts[:2] if part.isdigit())
    if known < LEAST_INTERPRETER:
        least = ".".join(map(str, LEAST_INTERPRETER))
        raise FlashError(
            f"MicroPython {version} is outdated: {least} is the oldest that this firmware runs on",
            place=place,
            cure="install a newer one, with the board at hand: phosphene flash --interpreter",
        )
