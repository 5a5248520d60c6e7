# SPDX-License-Identifier: Apache-2.0
"""One line for each graph: its size, how near int8 comes to float, and what is predicted of each chip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Before the count of operators, where something leaves the chip.
_HEADS = ("graph", "bytes", "against float", "Edge TPU", "RK3588, vendor's kernel", "RK3588, mainline")


def overview(checks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a table of graphs that `check` looked at, with what is wrong with them, and the sum of their sizes."""
    rows = [_HEADS, *(_row(checked) for checked in checks)]
    if len(checks) > 1:
        rows.append((f"{len(checks)} graphs", f"{sum(checked['bytes'] for checked in checks):,}", "", "", "", ""))
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.append("Where a graph would run is predicted, not run on hardware. Against float: int8, by the card.")
    lines += [f"WRONG: {_name(checked)}: {problem}" for checked in checks for problem in checked["problems"]]
    return lines


def _row(checked: Mapping[str, Any]) -> tuple[str, ...]:
    placement = checked["placement"]
    return (
        _name(checked),
        f"{checked['bytes']:,}",
        "on no card" if checked["snr_db"] is None else f"{checked['snr_db']:.1f} dB",
        _operators(placement["edgetpu"]),
        _rknn(placement.get("rk3588")),
        _operators(placement["teflon-rocket"]),
    )


def _operators(placement: Mapping[str, Any]) -> str:
    if placement["wholly"]:
        doubt = ", a doubt" if any("a doubt" in note for note in placement["notes"]) else ""
        return f"wholly{doubt}"
    off = placement["first_off"]
    return f"{placement['on_chip']} of {placement['operators']}, off at {off['name']}"


def _rknn(placement: Mapping[str, Any] | None) -> str:
    if placement is None:
        return "not compiled"
    if not placement["of_this_graph"]:
        return "compiled from other weights"
    where = "NPU throughout" if placement["npu_throughout"] else "not NPU throughout"
    return f"{where}, {placement['cycles']:,} cycles"


def _name(checked: Mapping[str, Any]) -> str:
    path = Path(checked["graph"])
    return f"{path.parent.name}/{path.name}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    # Only the bytes stand to the right: they are compared by their length.
    cells = [
        cell.rjust(width) if place == 1 else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
