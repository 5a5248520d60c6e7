# SPDX-License-Identifier: Apache-2.0
"""The files in boards/ that are written from others: wiring diagrams, udev rules, schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from phosphene_tools import places
from phosphene_tools.boards.catalog import MODELS, Catalog, Kind
from phosphene_tools.boards.diagram import draw
from phosphene_tools.boards.udev import RULES, mcu_rules, rig_rules


def json_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a kind of board file."""
    schema = MODELS[kind].model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def generated(root: Path) -> dict[Path, str]:
    """Return every generated file of a folder laid out like boards/, with the content that it should have.

    Raises:
        InvalidBoardFile: a file that one is written from is wrong.
    """
    own = Catalog([root])
    catalog = Catalog([root, places.boards()])
    files: dict[Path, str] = {}
    for kind in MODELS:
        files[root / "schema" / f"{kind}.json"] = json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"
    for name in own.names("mcu"):
        files[root / "mcu" / name / RULES] = mcu_rules(name, catalog.mcu(name))
    for name in own.names("rig"):
        rig = catalog.rig(name)
        files[root / "rig" / name / "wiring.txt"] = draw(rig)
        files[root / "rig" / name / RULES] = rig_rules(rig)
    return {path: content for path, content in files.items() if content}
