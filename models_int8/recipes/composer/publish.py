# SPDX-License-Identifier: Apache-2.0
"""Exports the composer's graph, calibrated on states that sampling meets, and writes its card."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from phosphene.accelerators.model_file import CARD
from recipes.workshop.card import Card, Metric, Source, graph_entry, hashes, read_card, write_card
from recipes.workshop.export import ExportReport, to_int8
from recipes.workshop.run import Run

FILE = "composer.tflite"
MEANINGS = {
    "tokens": "1 where a decided token says so; vocabularies end to end, phosphene.painter.tokens",
    "cells": "1 for the lattice cells, 15 rows of 20, that decided boxes cover",
    "page": "shapes of the page and the moment, phosphene.painter.condition",
    "logits": "of every token of every position, laid out as the input `tokens`",
}


def publish(run: Run, network: nn.Module, states: list[tuple[Tensor, ...]], steps: int) -> ExportReport:
    """Write graph and card into `run.out`; figures are added by `measured`."""
    # The old card would refuse the new graph.
    (run.out / CARD).unlink(missing_ok=True)
    exported = to_int8(
        network,
        states[0],
        states,
        run.out / FILE,
        floor_db=20.0,
        input_names=("tokens", "cells", "page"),
        output_names=("logits",),
        input_ranges=((0.0, 1.0), (0.0, 1.0), (0.0, 1.0)),
    )
    folder = Path(__file__).resolve().parent
    card = Card(
        name="composer",
        what="masked-token diffusion over layouts: decided tokens, covered cells and a page's shapes in, logits out",
        recipe=run.command,
        seed=run.seed,
        steps=steps,
        data=(
            Source(
                name="layouts of random scenes by the recipe's own teacher",
                licence="Apache-2.0",
                sha256=hashes(folder, folder.glob("*.py")),
            ),
        ),
        limits=(
            "It never sees a character: only lengths, sizes and kinds. What it proposes is checked before it is used.",
            "Drawn with look-ahead: edges only where a box still fits; a box that leaves no room is drawn again.",
        ),
        graphs={FILE: graph_entry(exported, MEANINGS)},
    )
    write_card(run.out, card)
    return exported


def measured(run: Run, figures: dict[str, float]) -> None:
    """Add figures to the card, each with the command that prints it."""
    command = f"python -m recipes.composer.evaluate --pages {round(figures['pages'])}"
    metrics = {name: Metric(value=round(value, 4), command=command) for name, value in figures.items()}
    write_card(run.out, read_card(run.out).model_copy(update={"metrics": metrics}))
