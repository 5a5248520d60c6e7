# SPDX-License-Identifier: Apache-2.0
"""The command `phosphene models golden`."""

from __future__ import annotations

import contextlib
import json
from typing import Annotated

import typer


def golden(
    name: Annotated[str, typer.Argument(metavar="[NAME|FILE]", help="A model or a .tflite; all by default.")] = "",
    accelerator: Annotated[
        str, typer.Option(metavar="KIND[:PYTHON]", help="cpu, coral, teflon, rknn, and the Python of its own.")
    ] = "cpu",
    write: Annotated[bool, typer.Option("--write", help="Write them anew, for graphs that changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold an accelerator against what the graphs gave where they were published. Exit 1 when one differs too much.

    Of all models, those without golden results are named and passed over.
    """
    from phosphene.accelerators import Supervised, open_accelerator
    from phosphene_tools.models import golden as results
    from phosphene_tools.models.catalog import graph_files

    files = graph_files(name)
    if write:
        for folder in sorted({path.parent for path in files}):
            print(results.write_golden(folder, [path for path in files if path.parent == folder]))
        return
    without = [] if name else results.without_golden(files)
    files = [path for path in files if path not in without]
    events: list[str] = []
    opened = open_accelerator(accelerator, on_event=lambda event: events.append(str(event)))
    with opened if isinstance(opened, Supervised) else contextlib.nullcontext():
        found = results.held_against(files, opened)
    problems = [f"{one.graph}: {problem}" for one in found for problem in one.problems] + events
    if as_json:
        rows = [results.as_row(one) for one in found]
        print(json.dumps({"graphs": rows, "events": events, "without": [path.name for path in without]}, indent=2))
    else:
        print(
            "\n".join(
                [
                    *(line for one in found for line in results.lines(one)),
                    *(
                        f"{path.name}: no golden results, so not held against any "
                        f"(phosphene models golden {path.parent.name} --write)"
                        for path in without
                    ),
                    *(f"WRONG: {problem}" for problem in problems),
                ]
            )
        )
    if problems:
        raise typer.Exit(1)
