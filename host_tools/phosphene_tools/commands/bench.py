# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench …`: measure, and print figures with where they were measured."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _show(figures: dict[str, Any], indent: str = "") -> None:
    for key, value in figures.items():
        if isinstance(value, dict):
            typer.echo(f"{indent}{key}")
            _show(value, indent + "  ")  # pyright: ignore[reportUnknownArgumentType]
        else:
            typer.echo(f"{indent}{key:<24} {value}")


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
    else:
        _show(figures)


def register(app: typer.Typer) -> None:
    """Add `bench` to the command line."""
    bench = typer.Typer(
        help="Measure the line on the simulated board, the painter, and the whole device.", no_args_is_help=True
    )

    @bench.command()
    def link(  # pyright: ignore[reportUnusedFunction]
        calls: Annotated[int, typer.Option(min=100, help="Echoes per size.")] = 2000,
        as_json: Json = False,
    ) -> None:
        """Round trips, throughput and heap of the line, beside mpremote's raw REPL."""
        from phosphene_tools.bench.link import run

        _print(asyncio.run(run(calls)), as_json)

    @bench.command()
    def faults(  # pyright: ignore[reportUnusedFunction]
        calls: Annotated[int, typer.Option(min=100, help="Calls through the damaged line.")] = 2000,
        seed: Annotated[int, typer.Option(help="Of the fault plan.")] = 1,
        as_json: Json = False,
    ) -> None:
        """A tenth of all frames damaged, boards reset: what came of each call, and how soon it is safe."""
        from phosphene_tools.bench.faults import run

        _print(asyncio.run(run(calls, seed)), as_json)

    @bench.command()
    def exact(  # pyright: ignore[reportUnusedFunction]
        cases: Annotated[int, typer.Option(min=100, help="Questions to the exact tasks.")] = 10_000,
        seed: Annotated[int, typer.Option(help="Of the questions.")] = 1,
        as_json: Json = False,
    ) -> None:
        """Arithmetic, money, dates, units and cryptography held against Python's own; the heap under mixed calls."""
        from phosphene_tools.bench.exact import run

        figures = asyncio.run(run(cases, seed))
        _print(figures, as_json)
        if figures["wrong"]:
            raise typer.Exit(1)

    @bench.command()
    def paint(  # pyright: ignore[reportUnusedFunction]
        seconds: Annotated[float, typer.Option(min=0.1, help="For each size of screen.")] = 5.0,
        as_json: Json = False,
    ) -> None:
        """From a scene to checked pixels: each stage, four sizes, one core and two, int8 and float32."""
        from phosphene_tools.bench.paint import run

        _print(run(seconds), as_json)

    @bench.command()
    def sessions(  # pyright: ignore[reportUnusedFunction]
        sessions: Annotated[int, typer.Option(min=8, help="Sessions to play.")] = 10_000,
        seed: Annotated[int, typer.Option(help="Of people, words and mishearings.")] = 1,
        jobs: Annotated[int, typer.Option(min=1, help="Processes that play.")] = 1,
        audio: Annotated[int | None, typer.Option(min=1, help="Sessions from sound; by default a twentieth.")] = None,
        screens: Annotated[int | None, typer.Option(min=1, help="Sessions on whole devices; a fiftieth.")] = None,
        cuts: Annotated[
            int | None, typer.Option(min=1, help="Of those, sessions whose line is cut; a hundredth.")
        ] = None,
        data: Annotated[
            Path | None,
            typer.Option(metavar="DIR", help="Recordings, laid out like the public sets of hearing's card."),
        ] = None,
        words_dir: Annotated[
            Path | None, typer.Option(metavar="DIR", help="Recordings of yours: DIR/WORD/*.wav or .flac.")
        ] = None,
        keep: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="Keep what was played; a run that was ended goes on from it."),
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Simulated people against the policy: goals reached, turns, questions, effects that nobody asked for.

        Some of them speak, and are heard by the device's ears; some stand before a whole device, whose every value is
        held against what its board said. Voices come from Debian's flite and from recordings that are named here.
        """
        from phosphene_tools.bench.sessions import Plan, run

        figures = run(Plan(sessions, seed, jobs, audio, screens, cuts, data, words_dir, keep))
        _print(figures, as_json)
        if figures["wrong_shown"] or figures["unplugged"]["values_shown"]:
            raise typer.Exit(1)

    @bench.command()
    def soak(  # pyright: ignore[reportUnusedFunction]
        minutes: Annotated[float, typer.Option(min=1.0, help="How long.")] = 30.0,
        quick: Annotated[bool, typer.Option("--quick", help="Each fault once: little more than a minute.")] = False,
        seed: Annotated[int, typer.Option(help="Of the faults, their times, and what is said and touched.")] = 1,
        trace: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Keep the recorded trace, a new MCAP file.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """The device at full rate under faults: each must be in its trace, each lost lease explained, nothing leak."""
        from phosphene_tools.bench.soak import QUICK_S, run

        figures = asyncio.run(run(QUICK_S if quick else 60 * minutes, seed, quick=quick, keep=trace))
        _print(figures, as_json)
        if figures["promises_broken"]:
            raise typer.Exit(1)

    @bench.command()
    def dispenser(  # pyright: ignore[reportUnusedFunction]
        doses: Annotated[int, typer.Option(min=1, help="Doses to pour.")] = 200,
        seed: Annotated[int, typer.Option(help="Of doses, faults and disturbances.")] = 1,
        boards: Annotated[int, typer.Option(min=1, help="Boards that pour at the same time.")] = 4,
        as_json: Json = False,
    ) -> None:
        """Doses on a damaged line, with resets and torn flash: what flowed, held against what was told."""
        from phosphene_tools.bench.dispenser import run

        figures = asyncio.run(run(doses, seed, boards))
        _print(figures, as_json)
        if figures["double"] or figures["untold"]:
            raise typer.Exit(1)

    @bench.command()
    def moment(  # pyright: ignore[reportUnusedFunction]
        quick: Annotated[bool, typer.Option("--quick", help="All of it in less than a minute.")] = False,
        seed: Annotated[int, typer.Option(help="Of pauses in the talk, and of touches.")] = 1,
        as_json: Json = False,
    ) -> None:
        """From a word, its end, a touch to pixels; what a tick costs beside its networks; frames/s, memory, start."""
        from phosphene_tools.bench.moment import QUICK, Extent, run

        _print(asyncio.run(run(QUICK if quick else Extent(), seed)), as_json)

    app.add_typer(bench, name="bench")
