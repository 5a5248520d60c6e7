# SPDX-License-Identifier: Apache-2.0
"""The inventory of a bench: which rigs stand on it and how each is reached, for `--phosphene-bench FILE`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from phosphene.errors import ConfigError
from phosphene_hil.labgrid.place import Lent
from phosphene_tools.boards import Rig, load_rig
from phosphene_tools.boards.catalog import Catalog
from phosphene_tools.boards.problems import InvalidBoardFile, Problem, invalid, unknown
from phosphene_tools.boards.reading import read
from phosphene_tools.boards.table import Name, Table, Text


class Labgrid(Table):
    """The labgrid that lends rigs on other machines."""

    coordinator: Annotated[str, Field(pattern=r"^[^\s/]+:[0-9]{1,5}$")]
    """HOST:PORT of labgrid's coordinator."""
    python: Text
    """The Python that labgrid is installed in, which is not ours: labgrid brings a `serial` of its own."""


class BenchRig(Table):
    """One rig on the bench."""

    name: Name
    """What this bench calls it."""
    rig: Text
    """What it is: a rig's name, or the path of its folder, beside this file unless it is absolute."""
    port: Text | None = None
    """Port of its line: a device, id:SERIAL, socket://HOST:PORT or rfc2217://HOST:PORT; else it is searched for."""
    repl: Text | None = None
    """Port of its maintenance REPL, where the line's port does not tell it."""
    place: Text | None = None
    """The place in labgrid that it is; then it has no port."""
    arm_key: Text | None = None
    """File with its arming key, beside this file unless it is absolute."""
    unlock_key: Text | None = None
    """File with the secret of its slot `unlock`, likewise."""
    power: dict[str, Any] | None = None
    """What cuts its power and resets it."""
    instrument: dict[str, Any] | None = None
    """The instrument that is wired to it."""


class Inventory(Table):
    """A bench's file. Two rigs of it may be of one kind; their names are the bench's own."""

    labgrid: Labgrid | None = None
    """The labgrid that lends those rigs that have a place."""
    rig: Annotated[list[BenchRig], Field(min_length=1)]
    """The rigs, a table [[rig]] for each."""


class Bench:
    """A checked inventory. Made by `load`."""

    def __init__(self, path: Path, content: Inventory) -> None:
        self.path = path
        self.labgrid = content.labgrid
        self._listed = content.rig
        self.rigs = {rig.name: rig for rig in content.rig}

    @staticmethod
    def load(path: Path) -> Bench:
        """Read and check an inventory. Raises InvalidBoardFile, with every problem in it."""
        content, text = read(Inventory, path)
        bench = Bench(path, content)
        if problems := list(bench._problems()):
            raise invalid(path, text, problems)
        return bench

    def wired(self, name: str) -> Rig:
        """Return how the rig of that name is wired. Raises InvalidBoardFile."""
        rig = self.rigs[name].rig
        return load_rig(self._beside(rig) if os.sep in rig else rig)

    def key(self, name: str, which: str) -> Path | None:
        """Return the path of a rig's key file `which` (``arm_key``, ``unlock_key``), if it has one."""
        file: str | None = getattr(self.rigs[name], which)
        return None if file is None else self._beside(file)

    def lent(self, name: str) -> Lent | None:
        """Return the place in labgrid that the rig is, if it is one."""
        place = self.rigs[name].place
        if place is None or self.labgrid is None:
            return None
        python = self.labgrid.python
        return Lent(place, self.labgrid.coordinator, str(self._beside(python)) if os.sep in python else python)

    def _beside(self, file: str) -> Path:
        return self.path.parent / Path(file).expanduser()

    def _problems(self) -> Iterator[Problem]:
        """Find what the tables can't know by themselves."""
        taken: dict[str, str] = {}
        known = Catalog.default().names("rig")
        for number, rig in enumerate(self._listed):
            here = ("rig", number)
            if self.rigs[rig.name] is not rig:
                yield Problem((*here, "name"), f"two rigs are called {rig.name!r}", "call one of them something else")
                continue
            if os.sep in rig.rig:
                yield from self._problems_of_folder(number, rig.name)
            elif rig.rig not in known:
                yield unknown((*here, "rig"), "rig", rig.rig, known)
            if rig.place and rig.port:
                yield Problem((*here, "port"), "a rig has a port or a place, not both", "remove one of them")
            if rig.place and not self.labgrid:
                cure = "add it, with `coordinator` and `python`"
                yield Problem((*here, "place"), "a place needs the table [labgrid]", cure)
            where = f"place {rig.place}" if rig.place else rig.port and f"port {rig.port}"
            if where and (other := taken.setdefault(where, rig.name)) != rig.name:
                yield Problem(here, f"{where} is that of rig {other!r} already", "a board is on the bench once")
            for which in ("arm_key", "unlock_key"):
                if (file := self.key(rig.name, which)) and not file.is_file():
                    cure = "it holds the secret that was provisioned; paths begin beside the inventory"
                    yield Problem((*here, which), f"there is no key file {file}", cure)

    def _problems_of_folder(self, number: int, name: str) -> Iterator[Problem]:
        try:
            self.wired(name)
        except InvalidBoardFile as error:
            yield Problem(("rig", number, "rig"), str(error), "mend that rig's files")

    def named(self, name: str) -> BenchRig:
        """Return the rig of that name. Raises ConfigError."""
        if name in self.rigs:
            return self.rigs[name]
        problem = unknown((), "rig", name, self.rigs)
        raise ConfigError(f"the bench has {problem.message}", place=str(self.path), cure=problem.cure)
