# SPDX-License-Identifier: Apache-2.0
"""`phosphene models report …`: each report is a command below, and measures a set of models anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from phosphene_tools.perception.senses import Sense

report = typer.Typer(help="Measure models on what no training saw, and print the figures.", no_args_is_help=True)


@report.command()
def painter(
    frames: Annotated[int, typer.Option(min=1, help="Frames to paint.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of scenes and faults.")] = 1,
    judged: Annotated[int, typer.Option(min=0, help="Frames that an independent reader judges.")] = 1000,
    by_tesseract: Annotated[int, typer.Option(min=0, help="Frames that Tesseract reads, too.")] = 300,
    damaged: Annotated[int, typer.Option(min=0, help="Frames into which faults are injected.")] = 10_000,
    faults: Annotated[int, typer.Option(min=1, help="Faults of each class in each of them.")] = 2,
    pages: Annotated[int, typer.Option(min=1, help="Pages that the composer is measured on.")] = 400,
    ablations: Annotated[bool, typer.Option("--ablations", help="What each part does, by leaving it out.")] = False,
    pictures: Annotated[Path | None, typer.Option(metavar="DIR", help="With --ablations: write pictures, too.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0: one for each core.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Paint held-out scenes: exactness before and after the gate, faults caught, layouts, field, widgets."""
    from phosphene_tools.painter.printing import lines

    if ablations:
        from phosphene_tools.painter.ablations import ablations as measured

        figures = measured(seed, min(frames, 200), pictures)
    else:
        from phosphene_tools.painter.report import Plan
        from phosphene_tools.painter.report import report as measure

        figures = measure(Plan(frames, seed, judged, by_tesseract, damaged, faults, pages, workers=workers))
    typer.echo(json.dumps(figures, indent=2, ensure_ascii=False) if as_json else "\n".join(lines(figures)))


@report.command()
def perception(
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="The recordings that the cards name.")] = None,
    words_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Recordings of your own, in a folder for each word.")
    ] = None,
    hands_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Pictures of your own, in a folder for each gesture, or sign 0 to 9."),
    ] = None,
    only: Annotated[Sense | None, typer.Option(help="Measure one sense; the other is left out.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Measure less: a few minutes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hear and see people that no training met: words, gestures, faces, what int8 loses, what it costs."""
    from phosphene.errors import PhospheneError
    from phosphene_tools.perception.report import Plan
    from phosphene_tools.perception.report import report as measure

    if data is None and words_dir is None and hands_dir is None:
        raise PhospheneError(
            "there is nothing to measure on", cure="--data DIR, --words-dir DIR or --hands-dir DIR; see docs/seeing.md"
        )
    figures = measure(Plan(data, words_dir, hands_dir, only, quick))
    typer.echo(json.dumps(figures, indent=2, ensure_ascii=False) if as_json else "\n".join(_plain(figures)))


def _plain(figures: dict[str, Any], depth: int = 0) -> list[str]:
    lines: list[str] = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [f"{'  ' * depth}{name}", *_plain(cast("dict[str, Any]", value), depth + 1)]
        else:
            lines.append(f"{'  ' * depth}{name:<24} {value}")
    return lines
