# SPDX-License-Identifier: Apache-2.0
"""Reads the per-layer table that the RKNN compiler prints: NPU or CPU, cycles, bytes moved."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LAYER = re.compile(
    r"RKNN: \[[^]]*\] (?P<id>\d+)\s+(?P<type>\w+)\s+(?P<dtype>\w+)\s+(?P<target>NPU|CPU|GPU)\s+\S+\s+(?P<shape>\S+)\s+"
    r"(?P<ddr>\d+)/(?P<npu>\d+)/(?P<total>\d+)\s+(?P<kb>\d+)"
)
_TITLE = "Network Layer Information Table"
_MEMORY = re.compile(r"Total (?P<kind>Internal|Weight) Memory Size: (?P<kb>[\d.]+)KB")
_SNR = re.compile(r"^snr_db (?P<db>[-\d. ]+)$", re.MULTILINE)
_VERSION = re.compile(r"librknnc version: (?P<version>[\d.]+)")
# What these stand for is copied in and out by the driver on any graph.
_ENDS = frozenset({"InputOperator", "OutputOperator"})


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the compiled graph; `cycles` of the NPU, the larger of memory and arithmetic."""

    index: int
    name: str
    dtype: str
    runs_on: str
    output: str
    cycles: int
    moved_kb: int


@dataclass(frozen=True, slots=True)
class RknnTable:
    """What the compiler says of a graph; predicted, not run on hardware."""

    layers: tuple[Layer, ...]
    internal_kb: float
    weight_kb: float
    # Of each output, by the compiler's simulator, against the same weights in float; none when it was not asked.
    snr_db: tuple[float, ...] = ()
    compiler: str = ""

    @property
    def moved_kb(self) -> int:
        """Kilobytes between the NPU and memory in one run."""
        return sum(layer.moved_kb for layer in self.layers)

    @property
    def cycles(self) -> int:
        """Cycles of one run on one core."""
        return sum(layer.cycles for layer in self.layers)

    @property
    def off_npu(self) -> tuple[Layer, ...]:
        """The layers that don't run on the NPU, inputs and outputs left aside."""
        return tuple(layer for layer in self.layers if layer.runs_on != "NPU" and layer.name not in _ENDS)


def parse(text: str) -> RknnTable:
    """Return the last table in what the compiler printed with `verbose=True`; raises ValueError when there is none."""
    _, found, last = text.rpartition(_TITLE)
    layers = tuple(
        Layer(
            int(match["id"]),
            match["type"],
            match["dtype"],
            match["target"],
            match["shape"],
            int(match["total"]),
            int(match["kb"]),
        )
        for match in _LAYER.finditer(last)
    )
    if not found or not layers:
        raise ValueError("the compiler printed no table of layers")
    memory = {match["kind"]: float(match["kb"]) for match in _MEMORY.finditer(last)}
    said, version = _SNR.search(text), _VERSION.search(text)
    return RknnTable(
        layers,
        memory.get("Internal", 0.0),
        memory.get("Weight", 0.0),
        tuple(map(float, said["db"].split())) if said else (),
        version["version"] if version else "",
    )
