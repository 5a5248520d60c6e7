# SPDX-License-Identifier: Apache-2.0
"""Says a check in a few lines for people; `--json` has all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phosphene_tools.models.placement import PREDICTED
from phosphene_tools.models.rknn_table import RknnTable


def describe(checked: Mapping[str, Any]) -> list[str]:
    """Return the lines for one graph that `check` looked at."""
    card = "hash as on its card" if checked["on_card"] else "on no card"
    snr = "" if checked["snr_db"] is None else f", {checked['snr_db']:g} dB against float"
    lines = [
        f"{checked['graph']}: {checked['bytes']:,} B, {card}{snr}",
        *(f"  in   {_end(end)}" for end in checked["inputs"]),
        *(f"  out  {_end(end)}" for end in checked["outputs"]),
        "  runs "
        + ", ".join(f"{count} {name}" for name, count in checked["operators"].items())
        + f"; {checked['mmac']:g} MMAC",
        f"  size weights {checked['weights_bytes']:,} B, activations at least {checked['activation_peak_bytes']:,} B, "
        + ("together within" if checked["fits_8mib"] else "together beyond")
        + " 8 MiB",
    ]
    for chip, placement in checked["placement"].items():
        lines += _chip(chip, placement)
    lines.append(f"  where it would run is {checked['placement_is']}")
    lines += [f"  WRONG: {problem}" for problem in checked["problems"]]
    return lines


def describe_rknn(graph: str, table: RknnTable) -> list[str]:
    """Return the lines for one graph that the RKNN compiler compiled."""
    return [
        f"{graph}: {table.cycles:,} cycles a run, {table.weight_kb:g} KB of weights; {PREDICTED}",
        *(
            f"  {layer.index:>3} {layer.name:<18} {layer.runs_on:<4} {layer.output:<20} {layer.cycles:>10,} cycles"
            for layer in table.layers
        ),
    ]


def _chip(chip: str, placement: Mapping[str, Any]) -> list[str]:
    if "cycles" in placement:
        where = "NPU throughout" if placement["npu_throughout"] else "not NPU throughout"
        return [f"  {chip}: {where}, {placement['cycles']:,} cycles a run, {placement['weight_kb']:g} KB of weights"]
    off = placement["first_off"]
    line = f"  {chip}: {placement['on_chip']} of {placement['operators']} operators"
    if off is not None:
        line += f"; the first off the chip is {off['index']} {off['name']}: {off['why']}"
    return [line, *(f"    {note}" for note in placement["notes"])]


def _end(end: Mapping[str, Any]) -> str:
    scale = "" if end["scale"] is None else f", scale {end['scale']:.6g}, zero point {end['zero_point']}"
    return f"{end['name']}: {end['dtype']} {end['shape']}{scale}"
