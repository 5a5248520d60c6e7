# SPDX-License-Identifier: Apache-2.0
"""Exports the trained reader, finds its limits on fonts kept back from training, and writes limits and card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from phosphene.accelerators import load_graph
from phosphene.painter.patch import HIGH, LOW, to_blocks
from phosphene.painter.read import BATCH, Limits, Reader, largest_residual
from recipes.reader.damage import Float
from recipes.reader.data import NOTHING, Sheet, queries
from recipes.workshop.card import Card, Metric, Source, graph_entry, write_card
from recipes.workshop.export import ExportReport, to_int8
from recipes.workshop.run import Run

# So many of the worn glyphs may be called damaged: they are worn worse than a renderer's, and a refusal costs one more
# painting, never a wrong number. The residual is the sharper of the two; the distance guards against what is no glyph
# at all, and at one in ten thousand it refused small letters of an unseen font that stood whole on their buttons.
_REFUSED_BY_DISTANCE: Final = 1e-5
_REFUSED_BY_RESIDUAL: Final = 1e-3
_SHEETS: Final = 48
_QUERIES: Final = 4096
_COMMAND: Final = "phosphene models build reader --data DIR"


def finish(run: Run, module: nn.Module, kept_back: Sequence[Sheet], fonts: Sequence[str], steps: int) -> None:
    """Write `reader.tflite`, `limits.toml` and the card into `run.out`."""
    rng = np.random.default_rng(run.seed + 1)
    chosen = [kept_back[int(index)] for index in rng.permutation(len(kept_back))[:_SHEETS]]
    # A card speaks of the graph that it was written with; the loader would refuse the new one.
    (run.out / "card.toml").unlink(missing_ok=True)
    report = _export(run.out, module, chosen, rng)
    reader = Reader(load_graph(report.graph), Limits(np.inf, np.inf))
    measured = _measure(reader, chosen, rng)
    limits, metrics = _limits(*measured)
    (run.out / "limits.toml").write_text(
        "# SPDX-License-Identifier: Apache-2.0\n"
        "# Beyond these a glyph counts as damaged; found by the recipe on fonts kept back from training.\n"
        f"distance = {limits.distance:.3f}\nresidual = {limits.residual:.3f}\n",
        encoding="utf-8",
    )
    write_card(
        run.out,
        Card(
            name="reader",
            what="places a glyph's box among the glyphs of its own font, or among none: prototypes, not classes",
            recipe=run.command,
            seed=run.seed,
            steps=steps,
            fonts=tuple(Source(name=name, licence="free; see its Debian package") for name in fonts),
            limits=(
                f"squared distance {limits.distance:.3f}, residual {limits.residual:.3f}: see limits.toml",
                "fonts on the device and the held-out ones took no part in training or calibration",
                "it sees luminance only: a mark as light as what it stands on isn't seen, and can hardly be read",
            ),
            metrics=metrics,
            graphs={
                report.graph.name: graph_entry(
                    report,
                    {
                        "blocks": "coverage of eight 8x8 blocks of 128 patches of 16x32, from -0.5 to 1.5",
                        "codes": "embeddings; squared distances to a font's clean glyphs say which one it is",
                    },
                )
            },
        ),
    )


def _export(folder: Path, module: nn.Module, sheets: Sequence[Sheet], rng: np.random.Generator) -> ExportReport:
    batches = [(_batch(queries(sheet, 3 * BATCH, rng)[0]),) for sheet in sheets]
    return to_int8(
        module,
        (torch.zeros(1, 64, BATCH, 8),),
        batches,
        folder / "reader.tflite",
        input_names=["blocks"],
        output_names=["codes"],
        input_ranges=[(LOW, HIGH)],
    )


def _batch(patches: Float) -> torch.Tensor:
    blocks = to_blocks(patches[:BATCH])
    return torch.from_numpy(np.ascontiguousarray(blocks.transpose(2, 0, 1)))[None]


def _measure(reader: Reader, sheets: Sequence[Sheet], rng: np.random.Generator) -> tuple[Float, Float, Float, float]:
    """Return distances and residuals of whole glyphs, both of damaged ones [2, n], and the share of misread ones."""
    whole: list[Float] = []
    off: list[Float] = []
    hurt: list[Float] = []
    misread = asked = 0
    for sheet in sheets:
        clean = sheet.patches
        codes = reader.embed(clean)
        patches, labels = queries(sheet, _QUERIES, rng)
        got = reader.embed(patches)
        apart = (got**2).sum(axis=1)[:, None] + (codes**2).sum(axis=1) - 2 * got @ codes.T
        nearest = apart.argmin(axis=1)
        distance = apart.min(axis=1)
        read = labels != NOTHING
        right = sheet.same[labels.clip(0), nearest] & read
        misread += int((read & ~right).sum())
        asked += int(read.sum())
        whole.append(distance[right])
        off.append(largest_residual(patches[right] - clean[nearest[right]]))
        hurt.append(np.stack([distance[~read], largest_residual(patches[~read] - clean[nearest[~read]])]))
    return np.concatenate(whole), np.concatenate(off), np.concatenate(hurt, axis=1), misread / asked


def _limits(whole: Float, off: Float, hurt: Float, misread: float) -> tuple[Limits, dict[str, Metric]]:
    distance = float(np.quantile(whole, 1 - _REFUSED_BY_DISTANCE))
    limits = Limits(distance, float(np.quantile(off, 1 - _REFUSED_BY_RESIDUAL)))
    figures = {
        "misread": (misread, "share of worn glyphs of unseen fonts read as another glyph"),
        "refused": (
            float(((whole > distance) | (off > limits.residual)).mean()),
            "share of worn glyphs called damaged, by either limit",
        ),
        "damage_passed": (
            float(((hurt[0] <= distance) & (hurt[1] <= limits.residual)).mean()),
            "share of damaged glyphs that neither limit stops",
        ),
        "worn_tried": (float(len(whole)), "worn glyphs tried"),
        "damage_tried": (float(hurt.shape[1]), "damaged glyphs tried"),
    }
    return limits, {
        name: Metric(value=round(value, 7), command=_COMMAND, note=note) for name, (value, note) in figures.items()
    }
