# SPDX-License-Identifier: Apache-2.0
"""Says a check in a few lines for people; `--json` has all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from phosphene_tools.models.rknn_file import RknnFile


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
    lines += _twin(checked["twin"])
    for chip, placement in checked["placement"].items():
        lines += _chip(chip, placement)
    lines.append(f"  where it would run is {checked['placement_is']}")
    lines += [f"  WRONG: {problem}" for problem in checked["problems"]]
    return lines


def describe_rknn(model: str, file: RknnFile) -> list[str]:
    """Return the lines for a model that the RKNN compiler compiled."""
    lines: list[str] = []
    for graph, compiled in file.graphs.items():
        lines.append(
            f"{model}/{compiled.file}: {compiled.bytes:,} B, {_npu(compiled.npu_throughout)}, "
            f"{compiled.cycles:,} cycles and {compiled.moved_kb:,} KB moved a run{_decibels(compiled.snr_db)}"
        )
        lines += [
            f"  {place:>3} {row.name:<18} {row.runs_on} {row.output:<16} {row.cycles:>9,} cycles {row.moved_kb:>5,} KB"
            for place, row in enumerate(compiled.layers)
        ]
        if not compiled.made_of:
            lines.append(f"  {graph} is a recipe's own ONNX, which need not be the published graph")
    return [*lines, f"  by {file.compiler}: {file.placement}"]


def _twin(twin: Mapping[str, Any] | None) -> list[str]:
    if twin is None:
        return []
    if twin["snr_db"] is None:
        return [f"  against float: not measured, {twin['why']}"]
    what = "recorded inputs" if twin["inputs"] == "recorded" else "random inputs, which clip where real ones don't"
    return [f"  against the same weights in float: {twin['snr_db']:g} dB on {twin['runs']} {what}"]


def _npu(throughout: bool) -> str:
    return "NPU throughout" if throughout else "not NPU throughout"


def _decibels(values: Sequence[float]) -> str:
    return f", {min(values):g} dB against float" if values else ""


def _chip(chip: str, placement: Mapping[str, Any]) -> list[str]:
    if "cycles" in placement:
        if not placement["of_this_graph"]:
            return [f"  {chip}: compiled from other weights; again: phosphene models rknn"]
        return [
            f"  {chip}: {_npu(placement['npu_throughout'])}, {placement['cycles']:,} cycles and "
            f"{placement['moved_kb']:,} KB moved a run{_decibels(placement['snr_db'])}; {placement['compiler']}"
        ]
    off = placement["first_off"]
    line = f"  {chip}: {placement['on_chip']} of {placement['operators']} operators"
    if off is not None:
        line += f"; the first off the chip is {off['index']} {off['name']}: {off['why']}"
    return [line, *(f"    {note}" for note in placement["notes"])]


def _end(end: Mapping[str, Any]) -> str:
    scale = "" if end["scale"] is None else f", scale {end['scale']:.6g}, zero point {end['zero_point']}"
    return f"{end['name']}: {end['dtype']} {end['shape']}{scale}"
