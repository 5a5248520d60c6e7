# SPDX-License-Identifier: Apache-2.0
"""`phosphene models …`: look at the networks' graphs, predict where they run, build them again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from phosphene_tools.models.golden_command import golden
from phosphene_tools.models.reports import report

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelName = Annotated[str, typer.Argument(metavar="NAME", help="A model; `phosphene models list` has them.")]
Python = Annotated[str, typer.Option("--python", metavar="PATH", help="The Python to use; this one by default.")]
Venv = Annotated[Path | None, typer.Option("--venv", metavar="DIR", help="The RKNN toolkit's environment.")]

models = typer.Typer(
    no_args_is_help=True, help="Look at the networks' graphs, predict where they run, build them again."
)

models.command()(golden)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    if report.registered_commands:
        models.add_typer(report, name="report")
    app.add_typer(models, name="models")


@models.command("list")
def list_(as_json: Json = False) -> None:
    """List the models: what each is for, its graphs, whether a recipe makes it again."""
    from phosphene_tools.models.catalog import models as known

    found = known()
    if as_json:
        rows = [
            {
                "name": model.name,
                "what": model.card.what if model.card else None,
                "graphs": {file: graph.bytes for file, graph in model.card.graphs.items()} if model.card else {},
                "recipe": model.recipe,
            }
            for model in found
        ]
        print(json.dumps(rows, indent=2))
        return
    for model in found:
        if model.card is None:
            print(f"{model.name:<12} not built yet: phosphene models build {model.name}")
            continue
        print(f"{model.name:<12} {model.card.what}")
        for file, graph in sorted(model.card.graphs.items()):
            print(f"{'':<12} {file} {graph.bytes:,} B")
    if not found:
        print("no models: neither a card nor a recipe lies in models_int8")


@models.command()
def check(
    name: Annotated[
        str, typer.Argument(metavar="[NAME|FILE]", help="A model or a .tflite; all models by default.")
    ] = "",
    recorded: Annotated[
        bool, typer.Option("--recorded", help="Compare with float on what the painter's graphs run on; a minute.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check that graphs are static int8, and predict where each would run. Exit 1 when one is not fit.

    Without a name: one line for each graph. With one: all about its graphs.
    """
    from phosphene_tools.models.catalog import graph_files
    from phosphene_tools.models.check import check as checked
    from phosphene_tools.models.overview import overview
    from phosphene_tools.models.wording import describe

    runs = {}
    if recorded:
        from phosphene_tools.painter.recorded_runs import recorded as run_painter

        runs = run_painter(6)
    results = [checked(path, runs.get(path, ())) for path in graph_files(name)]
    if as_json:
        print(json.dumps(results, indent=2))
    else:
        details = [line for result in results for line in describe(result)] if name else []
        print("\n".join([*details, *overview(results)]))
    if any(result["problems"] for result in results):
        raise typer.Exit(1)


@models.command()
def score(
    folder: Annotated[Path, typer.Argument(help="Graphs X.tflite with their compiled form X_edgetpu.tflite.")],
    as_json: Json = False,
) -> None:
    """Hold the Edge TPU prediction against graphs that its compiler compiled; google-coral/test_data has such pairs."""
    import dataclasses

    from phosphene.errors import PhospheneError
    from phosphene_tools.models.score import score as scored

    pairs = scored(folder)
    if not pairs:
        raise PhospheneError("there is no pair of graphs", place=str(folder), cure="X.tflite beside X_edgetpu.tflite")
    sums = {
        "pairs": len(pairs),
        "exact": sum(not pair.too_hopeful and not pair.too_gloomy for pair in pairs),
        "operators": sum(pair.operators for pair in pairs),
        "too_hopeful": sum(pair.too_hopeful for pair in pairs),
        "too_gloomy": sum(pair.too_gloomy for pair in pairs),
    }
    if as_json:
        print(json.dumps(sums | {"graphs": [dataclasses.asdict(pair) for pair in pairs]}, indent=2))
        return
    for pair in pairs:
        print(f"{pair.name}: {pair.left} of {pair.operators} left to the CPU, {pair.predicted_left} predicted")
    print(", ".join(f"{key} {value}" for key, value in sums.items()))


@models.command()
def build(
    name: ModelName,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="The recordings that the card names.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where graphs and card go.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps; fewer: sooner and worse.")] = None,
    seed: Annotated[int, typer.Option(help="Of weights and data.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    python: Python = "",
) -> None:
    """Train a model again and write its int8 graphs and its card. Needs the `train` extra."""
    from phosphene_tools.models.build import build as run
    from phosphene_tools.models.rknn_toolkit import this_python

    arguments = [f"--seed={seed}", *(["--resume"] if resume else [])]
    for option, value in (("data", data), ("out", out), ("steps", steps)):
        arguments += [] if value is None else [f"--{option}={value}"]
    raise typer.Exit(run(name, Path(python) if python else this_python(), arguments))


@models.command("rknn-setup")
def rknn_setup(python: Python = "", venv: Venv = None) -> None:
    """Install the RKNN toolkit, 5.6 GB, into an environment of its own."""
    from phosphene_tools.models import rknn_toolkit

    folder = venv or rknn_toolkit.environment()
    rknn_toolkit.set_up(folder, Path(python) if python else rknn_toolkit.this_python())
    print(f"the RKNN toolkit is in {folder}")


@models.command("rknn")
def rknn_(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A model; all of the painter's by default.")] = "",
    work: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Compile the ONNX files here, not the published graphs.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where the .rknn files go.")] = None,
    venv: Venv = None,
    as_json: Json = False,
) -> None:
    """Compile published graphs for an RK3588 and show where each layer would run. Exit 1 when one leaves the NPU."""
    from phosphene.models import folder as models_folder
    from phosphene_tools.models import rknn_toolkit
    from phosphene_tools.models.catalog import graph_files
    from phosphene_tools.models.wording import describe_rknn
    from phosphene_tools.painter.recorded_runs import MODELS, recorded

    toolkit = venv or rknn_toolkit.environment()
    names = (name,) if name else MODELS
    if len(names) > 1 and (work or out):
        raise typer.BadParameter("--work and --out are for one model: name it")
    files = {one: () if work else graph_files(one) for one in names}
    runs = {} if work else recorded()
    found = {}
    for one in names:
        target = out or models_folder() / one
        found[one] = (
            rknn_toolkit.compile_graphs(work, target, toolkit)
            if work
            else rknn_toolkit.compile_model(files[one], runs, target, toolkit)
        )
        if not as_json:
            print("\n".join(describe_rknn(one, found[one])), flush=True)
    if as_json:
        print(json.dumps({one: file.model_dump() for one, file in found.items()}, indent=2))
    if not all(graph.npu_throughout for file in found.values() for graph in file.graphs.values()):
        raise typer.Exit(1)
