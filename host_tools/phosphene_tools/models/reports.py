# SPDX-License-Identifier: Apache-2.0
"""`phosphene models report …`: each report is a command below, and measures a set of models anew."""

from __future__ import annotations

import json
from typing import Annotated

import typer

report = typer.Typer(help="Measure models on what no training saw, and print the figures.", no_args_is_help=True)


@report.command()
def painter(
    frames: Annotated[int, typer.Option(min=1, help="Frames to paint.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of scenes and faults.")] = 1,
    judged: Annotated[int, typer.Option(min=0, help="Frames that an independent reader judges.")] = 1000,
    by_tesseract: Annotated[int, typer.Option(min=0, help="Frames that Tesseract reads, too.")] = 300,
    faults: Annotated[int, typer.Option(min=0, help="Faults of each class, injected into each frame.")] = 2,
    pages: Annotated[int, typer.Option(min=1, help="Pages that are laid out 64 times.")] = 40,
    ablations: Annotated[bool, typer.Option("--ablations", help="What each part does, by leaving it out.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0: one for each core.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Paint held-out scenes: exactness before and after the gate, faults caught, layouts, field, widgets."""
    from phosphene_tools.painter.printing import lines

    if ablations:
        from phosphene_tools.painter.ablations import ablations as measured

        figures = measured(seed, min(frames, 200))
    else:
        from phosphene_tools.painter.report import Plan
        from phosphene_tools.painter.report import report as measure

        figures = measure(Plan(frames, seed, judged, by_tesseract, faults, pages, workers=workers))
    typer.echo(json.dumps(figures, indent=2, ensure_ascii=False) if as_json else "\n".join(lines(figures)))
