# SPDX-License-Identifier: Apache-2.0
"""Trains the reader, finds its threshold, and writes its graph and card."""

from __future__ import annotations

from typing import Final

from phosphene.errors import PhospheneError
from recipes.reader.data import read_sheets
from recipes.reader.finish import finish
from recipes.reader.loss import make_loss
from recipes.reader.network import Reader
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, train

STEPS: Final = 4500
# Of every ten fonts one is kept back: the threshold is found on those.
KEPT_BACK: Final = 10


def build(run: Run) -> None:
    """Train on the fonts in `run.data` (see `recipes.atlas.others`) and write the graph with its threshold."""
    if run.data is None:
        raise PhospheneError("no fonts to train on", cure="python -m recipes.atlas.others --to DIR, then --data DIR")
    sheets = read_sheets(run.data)
    names = sorted({sheet.name for sheet in sheets})
    kept_back = set(names[::KEPT_BACK])
    plan = Plan(
        run.steps or STEPS, rate=2.5e-3, average=0.997, seed=run.seed, checkpoint=run.work / "reader.pt", every_s=120
    )
    learning = [sheet for sheet in sheets if sheet.name not in kept_back]
    module = train(Reader(), make_loss(learning), plan, resume=run.resume, label="reader")
    finish(run, module, [sheet for sheet in sheets if sheet.name in kept_back], names, plan.steps)
