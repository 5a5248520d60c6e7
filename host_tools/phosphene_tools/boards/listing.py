# SPDX-License-Identifier: Apache-2.0
"""The list of boards and rigs, with everything that is wrong with any of their files."""

from __future__ import annotations

from phosphene.errors import ConfigError
from phosphene_tools.boards.catalog import MODELS, Catalog, Kind
from phosphene_tools.boards.problems import InvalidBoardFile


def entries(catalog: Catalog | None = None) -> tuple[list[dict[str, str]], InvalidBoardFile | None]:
    """Return a row per board (keys kind, name, title, made_of), and the problems of the files left out."""
    catalog = catalog or Catalog.default()
    rows: list[dict[str, str]] = []
    problems: list[ConfigError] = []
    for kind in MODELS:
        for name in catalog.names(kind):
            try:
                title, made_of = _row(catalog, kind, name)
            except InvalidBoardFile as error:
                problems += [problem for problem in error.problems if str(problem) not in map(str, problems)]
            else:
                rows.append({"kind": kind, "name": name, "title": title, "made_of": made_of})
    return rows, InvalidBoardFile(problems) if problems else None


def _row(catalog: Catalog, kind: Kind, name: str) -> tuple[str, str]:
    match kind:
        case "rig":
            wiring = catalog.rig(name).wiring
            return wiring.title, f"{wiring.sbc} + {wiring.mcu}, line over {wiring.line.kind}"
        case "mcu":
            mcu = catalog.mcu(name)
            return mcu.title, f"{mcu.chip}, {mcu.heap_kib} KiB heap"
        case "sbc":
            sbc = catalog.sbc(name)
            return sbc.title, f"networks on {sbc.accelerator}"
