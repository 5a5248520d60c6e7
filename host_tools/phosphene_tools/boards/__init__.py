# SPDX-License-Identifier: Apache-2.0
"""Boards and rigs: what a micro-controller, a computer and a wired-up pair of them is, read from TOML.

rig = load_rig("sim")          # a shipped name, or a path to a rig's folder or rig.toml
rig.mcu.heap_kib, rig.sbc.title, board_json(rig)
"""

from phosphene_tools.boards.catalog import Catalog, Rig, load_rig
from phosphene_tools.boards.firmware_config import board_json
from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.problems import InvalidBoardFile
from phosphene_tools.boards.sbc import Sbc
from phosphene_tools.boards.wiring import Wiring

DEFAULT_RIG = "sim"

__all__ = ["DEFAULT_RIG", "Catalog", "InvalidBoardFile", "Mcu", "Rig", "Sbc", "Wiring", "board_json", "load_rig"]
