# SPDX-License-Identifier: Apache-2.0
"""Trains the renderer, writes its graphs and its card. About half an hour on one core."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from phosphene.models import model_file
from phosphene.painter.atlas import Atlas
from phosphene_tools.models.card import sha256_of
from recipes.atlas.fonts import SHIPPED
from recipes.renderer.evaluate import unseen
from recipes.renderer.graphs import MEANINGS, ONNX_CELLS, export, onnx
from recipes.renderer.network import Network
from recipes.renderer.pool import Pool
from recipes.renderer.quality import float_painter, int8_painter, psnr
from recipes.renderer.rounding import settled
from recipes.renderer.samples import draw
from recipes.renderer.scenes import mixed_page
from recipes.renderer.start import hold, start
from recipes.workshop.card import Card, Metric, Source, graph_entry, write_card
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, train

STEPS: Final = 7_000
_BATCH: Final = 320
# From these shares of the steps on it feels int8's rounding of what lies between layers, then of the weights, too:
# earlier the noise keeps it from learning edges well.
_VALUES: Final = 0.43
_WEIGHTS: Final = 0.7
_COMMAND: Final = "python -m recipes.renderer.evaluate"
_PAGES: Final = 60


def build(run: Run) -> None:
    """Train, export, measure on pages that no training saw, and write the card into `run.out`."""
    atlas = Atlas.load()
    steps = run.steps if run.steps is not None else STEPS
    torch.manual_seed(run.seed)
    network = Network()
    start(network, run.seed)
    hold(network)
    pool = Pool(atlas, run.seed, _BATCH, mixed_page, (round(_VALUES * steps), round(_WEIGHTS * steps)))
    plan = Plan(
        steps,
        rate=2.5e-3,
        warm_up=100,
        weight_decay=0.0,
        average=0.998,
        clip=0.5,
        seed=run.seed,
        checkpoint=run.work / "checkpoint.pt",
    )
    trained = train(network, pool.loss, plan, resume=run.resume, label="renderer")
    assert isinstance(trained, Network)
    final = settled(trained)
    samples = draw(np.random.default_rng((run.seed, 2)), atlas, 12_000, mixed_page)
    reports = export(final, samples, run.out)
    onnx(final, samples, run.work)

    pages = unseen(_PAGES)
    whole = psnr(pages, atlas, float_painter(final, atlas))
    small = psnr(pages, atlas, int8_painter(atlas, run.out))
    metrics = {name: Metric(value=value, command=_COMMAND, note="dB, int8") for name, value in small.items()}
    lost = round(whole["psnr_widgets"] - small["psnr_widgets"], 2)
    metrics["int8_loss"] = Metric(value=lost, command=run.command, note="dB of psnr_widgets, float against int8")
    table = model_file("painter", "atlas.npz")
    write_card(
        run.out,
        Card(
            name="renderer",
            what="paints 8 x 8 pixels of each cell from its glyph part, colours and distances; deterministic",
            recipe=run.command,
            seed=run.seed,
            steps=steps,
            fonts=tuple(
                Source(
                    name=font.name,
                    licence=font.licence,
                    attribution=f"{font.family}, Debian package {font.package}",
                    sha256={table.name: sha256_of(table)},
                )
                for font in SHIPPED
            ),
            limits=(
                f"graphs of {', '.join(str(report.inputs[1].shape[2]) for report in reports)} cells hold the same "
                f"weights; the RKNN compiler is given {ONNX_CELLS} cells",
                "not run on hardware other than x86-64",
            ),
            metrics=metrics,
            graphs={report.graph.name: graph_entry(report, MEANINGS) for report in reports},
        ),
    )
