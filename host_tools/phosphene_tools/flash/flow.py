# SPDX-License-Identifier: Apache-2.0
"""`phosphene flash`, from the board that is asked how it is to the version that is confirmed there."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace

from phosphene.errors import BoardNotFound, LinkLost
from phosphene_tools.attach import Attached, attached
from phosphene_tools.boards.catalog import Rig, load_rig
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.board_side import State, Tell, send
from phosphene_tools.flash.bundle import Bundle
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.flash.manifest import Manifest
from phosphene_tools.flash.over_line import OverLine, busy
from phosphene_tools.flash.over_repl import OverRepl
from phosphene_tools.flash.slot_image import root
from phosphene_tools.flash.trying import START_S, confirmed
from phosphene_tools.flash.version import bundle_for, check_bundle, check_interpreter, signed
from phosphene_tools.flash.wish import Done, Way, Wish
from phosphene_tools.ports import RigPort, resolve
from phosphene_tools.usb_boards import comports, usb_boards

_LOOK_S = 0.5
_MAINTENANCE_S = 1.0  # from the answer to the request until the prompt is there


async def flash(wish: Wish, tell: Tell) -> Done:
    """Bring the board of `wish` to the version of `wish`; returns what was done.

    Raises FlashError, BundleError, ConfigError, KeyStoreError or a LineError that says why the board was left as it
    was, or that it went back to the version before.
    """
    began = time.monotonic()
    rig, port, bare = _find(wish)
    async with contextlib.AsyncExitStack() as stack:
        board = None
        if not bare:
            try:
                board = await stack.enter_async_context(attached(port, "maintain", "flash"))
            except (LinkLost, BoardNotFound):  # nobody answers, or nobody of ours
                if not port.repl:
                    raise
                wish.say(f"no firmware answers on {port.line}; its REPL is {port.repl}")
        done = await (_running(wish, rig, port, board, tell) if board else _bare(wish, rig, port, tell))
    return replace(done, seconds=time.monotonic() - began)


def _find(wish: Wish) -> tuple[Rig, RigPort, bool]:
    """Return rig and port; and whether it is a bare MicroPython, which shows one USB interface and no line."""
    rig = load_rig(wish.rig) if wish.rig else None
    try:
        port = resolve(wish.port, wish.rig)
    except BoardNotFound:
        usb = rig.mcu.usb if rig else None
        boards = [b for b in usb_boards(comports) if usb and b.usb_id == f"{usb.vendor}:{usb.product}".lower()]
        if wish.port or rig is None or len(boards) != 1:
            raise
        return rig, RigPort("", rig.name, repl=boards[0].repl), True
    if rig is None:
        if not port.name:
            raise FlashError(
                "which rig this board belongs to is not known", place=port.line, cure="name it with --rig NAME"
            )
        rig = load_rig(port.name)
    return rig, port, False


async def _running(wish: Wish, rig: Rig, port: RigPort, board: Attached, tell: Tell) -> Done:
    """A board whose firmware answers."""
    side = OverLine(board.mcu)
    if board.mcu.hello.board != rig.name:
        raise FlashError(
            f"this board is {board.mcu.hello.board!r}", place=f"rig {rig.name}, {port.line}", cure="name its own rig"
        )
    state = await side.state()
    if state is None:
        return await _first(wish, rig, port, board, None, tell)
    check_interpreter(state.interpreter, port.line)
    bundle = await bundle_for(wish, rig, Abi.parse(state.abi), state.counter)
    if state.manifest == bundle.manifest.seal:
        if not state.trial:
            return _done(wish, rig, bundle, "none", state.slot, kept=len(bundle.files), confirmed=True)
        await confirmed(board.mcu, bundle, wish.say, tell)
        return _done(wish, rig, bundle, "none", state.slot, kept=len(bundle.files), confirmed=True)
    bundle = await signed(wish, bundle, state, board.mcu)
    check_bundle(bundle, rig, state)
    await _check_idle(board, port)
    if not state.slot or not state.signed:
        return await _first(wish, rig, port, board, bundle, tell)
    if wish.dry_run:
        known = {entry.sha256 for entry in Manifest.parse(await side.manifest(), port.line).entries}
        sent = tuple(e.name for e in bundle.manifest.entries if e.sha256 not in known and e.size)
        return _done(wish, rig, bundle, "line", _other(state), copied=len(bundle.files) - len(sent), sent=sent)
    found = await send(side, bundle.manifest.encode(), bundle.signature, bundle.files, tell)
    done = _done(wish, rig, bundle, "line", _other(state), kept=found.kept, copied=found.copied, sent=found.missing)
    if not wish.reset:
        return done
    boot_id = board.mcu.hello.boot_id
    await side.restart()
    await confirmed(board.mcu, bundle, wish.say, tell, boot_id)
    return replace(done, confirmed=True)


async def _check_idle(board: Attached, port: RigPort) -> None:
    if why := await busy(board.mcu):
        raise FlashError(why, place=port.line, cure="end what works there (disarm, stop the supervisor), then flash")


async def _first(wish: Wish, rig: Rig, port: RigPort, board: Attached, bundle: Bundle | None, tell: Tell) -> Done:
    """A firmware that does not run from a slot, or a board without a key: its REPL takes the version."""
    await _check_idle(board, port)
    if not port.repl:
        cure = "plug in its USB cable, or name the REPL's port with -p"
        raise FlashError(
            "the first installation goes over the REPL, and its port is not known", place=port.line, cure=cure
        )
    if wish.dry_run:
        bundle = bundle or await bundle_for(wish, rig, Abi.of_board(rig.mcu), 0)
        return _done(wish, rig, bundle, "repl", "", sent=tuple(bundle.files))
    if not wish.reset:
        raise FlashError(
            "a first installation ends the running firmware", place=port.line, cure="leave --no-reset out, this once"
        )
    boot_id = board.mcu.hello.boot_id
    wish.say("maintenance: outputs are safe, the REPL has the board")
    await board.mcu.call("board.disarm", maintenance=True)
    await asyncio.sleep(_MAINTENANCE_S)
    done, bundle = await _install(wish, rig, port, bundle, tell)
    await confirmed(board.mcu, bundle, wish.say, tell, boot_id)
    return replace(done, confirmed=True)


async def _bare(wish: Wish, rig: Rig, port: RigPort, tell: Tell) -> Done:
    """A board on which no firmware answers."""
    done, bundle = await _install(wish, rig, port, None, tell)
    if wish.dry_run:
        return done
    async with contextlib.AsyncExitStack() as stack:
        board = await _comes_up(stack, wish, port)
        await confirmed(board.mcu, bundle, wish.say, tell)
    return replace(done, confirmed=True)


async def _comes_up(stack: contextlib.AsyncExitStack, wish: Wish, port: RigPort) -> Attached:
    """Wait until the board shows its line, with a second interface if it is on USB, and answers there."""
    ends = time.monotonic() + START_S
    while True:
        try:
            found = port if port.line else resolve(wish.port, wish.rig)
            return await stack.enter_async_context(attached(found, "maintain", "flash"))
        except (LinkLost, BoardNotFound):
            if time.monotonic() > ends:
                raise
            await asyncio.sleep(_LOOK_S)


async def _install(wish: Wish, rig: Rig, port: RigPort, bundle: Bundle | None, tell: Tell) -> tuple[Done, Bundle]:
    """Over the REPL: the stub, then a version; and the restart."""
    async with OverRepl(port.repl, root(rig), rig.name) as repl:
        abi, interpreter, free_kib, kind = await repl.state()
        check_interpreter(interpreter, port.repl)
        if kind and kind != "VfsLfs2":
            raise FlashError(
                f"the board's file system is {kind}, which a power cut can tear",
                place=port.repl,
                cure="make it littlefs: flash MicroPython anew with its file system erased",
            )
        state = State("", False, 0, b"", "", str(abi), interpreter, free_kib, False)
        bundle = bundle or await signed(wish, await bundle_for(wish, rig, abi, 0), None, None)
        check_bundle(bundle, rig, state)
        if wish.dry_run:
            return _done(wish, rig, bundle, "repl", "", sent=tuple(bundle.files)), bundle
        await repl.install_stub()
        found = await send(repl, bundle.manifest.encode(), bundle.signature, bundle.files, tell)
        await repl.restart()
    return _done(wish, rig, bundle, "repl", "", kept=found.kept, copied=found.copied, sent=found.missing), bundle


def _done(
    wish: Wish,
    rig: Rig,
    bundle: Bundle,
    way: Way,
    slot: str,
    *,
    kept: int = 0,
    copied: int = 0,
    sent: tuple[str, ...] = (),
    confirmed: bool = False,
) -> Done:
    return Done(rig.name, bundle.manifest.version, way, slot, kept, copied, sent, confirmed, wish.dry_run, 0.0)


def _other(state: State) -> str:
    return "b" if state.slot == "a" else "a"
