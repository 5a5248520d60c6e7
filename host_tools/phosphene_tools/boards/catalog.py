# SPDX-License-Identifier: Apache-2.0
"""Finds boards and rigs: the shipped ones, and folders of one's own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from phosphene.errors import ConfigError
from phosphene_tools import places
from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.problems import InvalidBoardFile, Problem, invalid, nearest
from phosphene_tools.boards.reading import read
from phosphene_tools.boards.rules import check
from phosphene_tools.boards.sbc import Sbc
from phosphene_tools.boards.table import Table
from phosphene_tools.boards.wiring import Wiring

Kind = Literal["rig", "mcu", "sbc"]
MODELS: dict[Kind, type[Table]] = {"rig": Wiring, "mcu": Mcu, "sbc": Sbc}
FILES: dict[Kind, str] = {"rig": "rig.toml", "mcu": "board.toml", "sbc": "board.toml"}

OWN_FOLDERS = "PHOSPHENE_BOARDS"
"""Environment variable: folders of one's own, each laid out like boards/, separated as in PATH."""

Model = TypeVar("Model", bound=Table)


@dataclass(frozen=True, slots=True)
class Rig:
    """A computer and a micro-controller wired together, checked as a whole."""

    name: str
    path: Path
    """Its rig.toml."""
    wiring: Wiring
    mcu: Mcu
    sbc: Sbc


class Catalog:
    """Boards by kind and name, in several folders; the first folder that has a name wins."""

    def __init__(self, roots: list[Path]) -> None:
        self.roots = roots

    @staticmethod
    def default() -> Catalog:
        """Return the shipped boards, after those that PHOSPHENE_BOARDS names."""
        own = [Path(folder) for folder in os.environ.get(OWN_FOLDERS, "").split(os.pathsep) if folder]
        return Catalog([*own, places.boards()])

    def names(self, kind: Kind) -> list[str]:
        """Return the names there are, in alphabetical order."""
        return sorted({file.parent.name for root in self.roots for file in root.glob(f"{kind}/*/{FILES[kind]}")})

    def path(self, kind: Kind, name: str) -> Path:
        """Return the file of that name.

        Raises:
            InvalidBoardFile: there is none; the error names the nearest.
        """
        for root in self.roots:
            file = root / kind / name / FILES[kind]
            if file.is_file():
                return file
        known = self.names(kind)
        right = nearest(name, known)
        hint = f"the nearest is {right!r}" if right else f"there are: {', '.join(known)}"
        place = os.pathsep.join(str(root / kind) for root in self.roots)
        cure = f"see: phosphene boards list, or set {OWN_FOLDERS}"
        raise InvalidBoardFile([ConfigError(f"no {kind} {name!r}; {hint}", place=place, cure=cure)])

    def mcu(self, name: str) -> Mcu:
        """Read a micro-controller. Raises InvalidBoardFile."""
        return read(Mcu, self.path("mcu", name))[0]

    def sbc(self, name: str) -> Sbc:
        """Read a computer. Raises InvalidBoardFile."""
        return read(Sbc, self.path("sbc", name))[0]

    def rig(self, name: str) -> Rig:
        """Read a rig with both its boards, and check the wiring. Raises InvalidBoardFile."""
        return self.rig_at(self.path("rig", name))

    def rig_at(self, path: Path) -> Rig:
        """Read the rig in the file `path`, which need not be in a folder of this catalogue."""
        wiring, text = read(Wiring, path)
        unknown = [*self._unknown("sbc", wiring.sbc), *self._unknown("mcu", wiring.mcu)]
        if unknown:
            raise invalid(path, text, unknown)
        rig = Rig(path.parent.name, path, wiring, self.mcu(wiring.mcu), self.sbc(wiring.sbc))
        problems = check(rig.wiring, rig.mcu, rig.sbc)
        if problems:
            raise invalid(path, text, problems)
        return rig

    def _unknown(self, kind: Kind, name: str) -> list[Problem]:
        known = self.names(kind)
        if name in known:
            return []
        right = nearest(name, known)
        message = f"no {kind} {name!r}" + (f"; the nearest is {right!r}" if right else "")
        return [Problem((kind,), message, f"there are: {', '.join(known)}")]


def load_rig(name_or_path: str | Path) -> Rig:
    """Return a rig by name, or by the path of its folder or rig.toml.

    A path may lead to a folder laid out like boards/: its own mcu/ and sbc/ are then looked into first.

    Raises:
        InvalidBoardFile: there is no such rig, or one of its files is wrong; every problem is in it.
    """
    catalog = Catalog.default()
    text = str(name_or_path)
    if isinstance(name_or_path, str) and os.sep not in text and not text.endswith(".toml"):
        return catalog.rig(text)
    path = Path(text)
    path = path if path.suffix == ".toml" else path / FILES["rig"]
    return Catalog([path.resolve().parent.parent.parent, *catalog.roots]).rig_at(path)
