# SPDX-License-Identifier: Apache-2.0
"""Which instrument is wired to a rig: `--phosphene-instrument FILE`, or the bench's inventory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phosphene.errors import ConfigError
from phosphene_hil.bench_pico.instrument_file import Setup, load_setup, setup_of
from phosphene_tools.boards import Rig


def wanted(rig: Rig, file: Path | None, instrument: Mapping[str, Any], power: Mapping[str, Any]) -> Setup | None:
    """Return the setup of `rig`'s instrument, None where there is none.

    `file` is the command line's. Else `instrument` is the inventory's table: ``file`` names an instrument's file,
    or the tables stand there; `power` is its table on what cuts the power. Raises ConfigError.
    """
    if file is not None:
        return load_setup(file, rig)
    if named := instrument.get("file"):
        if len(instrument) > 1 or power:
            cure = "write the rest, and [power], into that file"
            raise ConfigError("the instrument is a file, and something beside it", place=f"rig {rig.name}", cure=cure)
        return load_setup(Path(named), rig)
    if not instrument and not power:
        return None
    whole: dict[str, Any] = {"title": f"instrument of rig {rig.name}", **instrument}
    if power:
        whole["power"] = dict(power)
    return setup_of(whole, f"inventory, rig {rig.name}", rig)
