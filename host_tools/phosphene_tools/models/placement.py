# SPDX-License-Identifier: Apache-2.0
"""Predicts which operators of a graph would run on which chip. Nothing here has run on hardware."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from phosphene_tools.models.graph import GraphFile, Operator, read_graph

PREDICTED = "predicted; not run on hardware"


@dataclass(frozen=True, slots=True)
class Placed:
    """An operator and its place. `why` says what keeps it off the chip, and is empty on the chip."""

    index: int
    name: str
    on_chip: bool
    why: str


@dataclass(frozen=True, slots=True)
class Placement:
    """The prediction for one graph on one chip; `notes` are doubts that do not move an operator."""

    chip: str
    operators: tuple[Placed, ...]
    notes: tuple[str, ...]

    @property
    def on_chip(self) -> int:
        """The number of operators on the chip."""
        return sum(operator.on_chip for operator in self.operators)

    @property
    def first_off(self) -> Placed | None:
        """The first operator that would leave the chip."""
        return next((operator for operator in self.operators if not operator.on_chip), None)

    def __str__(self) -> str:
        """Return the prediction in one line."""
        if self.first_off is None:
            return f"wholly, {len(self.operators)} operators; {PREDICTED}"
        off = self.first_off
        return (
            f"{self.on_chip} of {len(self.operators)} operators, off at {off.index} {off.name}: {off.why}; {PREDICTED}"
        )


def partition(
    graph: GraphFile, chip: str, refusal: Callable[[Operator, GraphFile], str], *, spreads: bool, notes: tuple[str, ...]
) -> Placement:
    """Return where each operator goes; `refusal` says why an operator stays off the chip, or nothing.

    When it `spreads`, what depends on an operator off the chip is off it too: the chip takes one piece of the graph.
    """
    off: dict[int, int] = {}
    placed: list[Placed] = []
    for operator in graph.operators:
        why = refusal(operator, graph)
        if not why and spreads:
            after = [off[tensor.index] for tensor in operator.inputs if tensor.index in off]
            why = f"comes after operator {min(after)}" if after else ""
        if why:
            origin = min(
                [off[tensor.index] for tensor in operator.inputs if tensor.index in off], default=operator.index
            )
            off.update({tensor.index: origin for tensor in operator.outputs})
        placed.append(Placed(operator.index, operator.name, not why, why))
    return Placement(chip, tuple(placed), notes)


def predictions(graph: GraphFile) -> tuple[Placement, ...]:
    """Return what is predicted for each chip whose rules we know."""
    from phosphene_tools.models.edgetpu import predict_edgetpu
    from phosphene_tools.models.teflon import predict_teflon

    return predict_edgetpu(graph), predict_teflon(graph)


def placements(path: Path) -> dict[str, str]:
    """Return the predictions for the graph at `path` as a card has them."""
    return {placement.chip: str(placement) for placement in predictions(read_graph(path))}
