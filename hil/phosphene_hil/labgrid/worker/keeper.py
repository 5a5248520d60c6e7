# SPDX-License-Identifier: Apache-2.0
"""Holds one place in labgrid for as long as somebody listens; run by the Python that labgrid is installed in.

It says on its output, one JSON object a line, what it has: ``{"held": {name: {"cls": …, **params}}}`` each time that
its resources change, or ``{"absent": why}``, ``{"taken": by whom}``, ``{"lost": why}``, and ends after those. When its
input ends, the run that started it has ended, in whatever way, and the place is released.

    python keeper.py HOST:PORT PLACE
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from typing import Any

import grpc  # pyright: ignore[reportMissingImports, reportMissingModuleSource]
from labgrid.remote.client import ClientSession  # pyright: ignore[reportMissingImports]
from labgrid.remote.generated import labgrid_coordinator_pb2 as wire  # pyright: ignore[reportMissingImports]

_RUN = "-run"
_TELL_S = 10.0


class Keeper(ClientSession):  # pyright: ignore[reportUntypedBaseClass]
    """A client whose name says which process holds what it acquires, and that notes when something changes."""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.changed = asyncio.Event()

    def getuser(self) -> str:
        """Return the user's name with this process's number: whether a run still lives can be known by it."""
        return f"{super().getuser()}{_RUN}{os.getpid()}"

    @property
    def me(self) -> str:
        """The name under which labgrid knows who holds a place."""
        return f"{self.gethostname()}/{self.getuser()}"

    async def on_resource_changed(self, *args: Any) -> None:
        """Note it."""
        await super().on_resource_changed(*args)
        self.changed.set()

    async def on_place_changed(self, *args: Any) -> None:
        """Note it."""
        await super().on_place_changed(*args)
        self.changed.set()

    def fitting(self, place: Any) -> dict[str, dict[str, Any]]:
        """Return the resources of a place that an exporter offers now, by the name that the place gives them."""
        found: dict[str, dict[str, Any]] = {}
        for exporter, groups in self.resources.items():
            for group, entries in groups.items():
                for name, entry in entries.items():
                    match = entry.data and place.getmatch((exporter, group, entry.cls, name))
                    if match and entry.avail:
                        found[match.rename or name] = {"cls": entry.cls, "exporter": exporter, **entry.args}
        return found

    async def release(self, name: str, holder: str) -> None:
        """Release a place if it is still `holder` who has it."""
        await self.stub.ReleasePlace(wire.ReleasePlaceRequest(placename=name, fromuser=holder), timeout=_TELL_S)


def tell(**what: object) -> None:
    """Say one thing to the run."""
    print(json.dumps(what), file=_answers, flush=True)


def is_dead(holder: str, here: str) -> bool:
    """Whether a place is held by a run of this machine whose process is gone: killed together with its keeper."""
    host, _, user = holder.partition("/")
    _, marked, pid = user.rpartition(_RUN)
    if host != here or not marked or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


async def keep(keeper: Keeper, name: str) -> None:
    """Acquire the place, tell what it has, and hold it until the input ends or it is lost."""
    place = keeper.places.get(name)
    if place is None:
        tell(absent=f"labgrid has no place {name}; there are: {', '.join(sorted(keeper.places)) or 'none'}")
        return
    if place.acquired and is_dead(place.acquired, keeper.gethostname()):
        await keeper.release(name, place.acquired)
        await keeper.sync_with_coordinator()
    if place.acquired:
        tell(taken=place.acquired)
        return
    if not keeper.fitting(place):
        tell(absent=f"no exporter offers {' or '.join(map(str, place.matches)) or 'anything'} for place {name} now")
        return
    try:
        await keeper.stub.AcquirePlace(wire.AcquirePlaceRequest(placename=name))
    except grpc.aio.AioRpcError as error:
        await keeper.sync_with_coordinator()
        tell(taken=place.acquired or f"somebody, or labgrid says why not: {error.details()}")
        return
    try:
        await _hold(keeper, place)
    finally:
        with contextlib.suppress(grpc.aio.AioRpcError):  # a coordinator that is gone has forgotten who held what
            await keeper.release(name, keeper.me)


async def _hold(keeper: Keeper, place: Any) -> None:
    await keeper.sync_with_coordinator()
    names, told = set(keeper.fitting(place)), None
    while True:
        keeper.changed.clear()
        found = keeper.fitting(place)
        if keeper.stopping.is_set():
            tell(lost="labgrid's coordinator went away")
            return
        if place.acquired != keeper.me:
            tell(lost=f"place {place.name} was taken away by {place.acquired or 'somebody who released it'}")
            return
        if gone := sorted(names - found.keys()):
            tell(lost=f"the exporter of place {place.name} offers no {', '.join(gone)} any more")
            return
        if found != told:
            tell(held=found)
            told = found
        waits = [asyncio.ensure_future(event.wait()) for event in (keeper.changed, keeper.stopping)]
        _, left = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in left:
            wait.cancel()


async def _until_input_ends() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass


async def _main(address: str, name: str) -> None:
    keeper = Keeper(address, asyncio.get_running_loop())
    try:
        try:
            await keeper.start()
        except Exception as error:  # labgrid's own kinds have no common base but this
            tell(absent=f"labgrid's coordinator at {address}: {error}")
            return
        works = [asyncio.ensure_future(keep(keeper, name)), asyncio.ensure_future(_until_input_ends())]
        await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        works[0].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await works[0]
        works[1].cancel()
    finally:
        await keeper.stop()
        await keeper.close()


if __name__ == "__main__":
    _answers = os.fdopen(os.dup(1), "w")  # labgrid prints as well; that goes to the errors
    os.dup2(2, 1)
    asyncio.run(_main(*sys.argv[1:3]))
