# SPDX-License-Identifier: Apache-2.0
"""`phosphene hil report`: what is made of the records of runs at the bench. docs/report.md."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phosphene.errors import ConfigError

if TYPE_CHECKING:
    from phosphene_hil.report.record import Run

_BAD_USAGE = 2


def report(
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="RUN...", help="run.json, or the folder of --phosphene-report.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page goes.")] = Path(
        "report.html"
    ),
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML there, and no page.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Say whether these can be taken as reports.")] = False,
    sign_off: Annotated[
        str, typer.Option(metavar="NAME", help="Sign for it: this ran on the hardware that --hardware names.")
    ] = "",
    hardware: Annotated[str, typer.Option(metavar="TEXT", help="Which boards exactly, their wiring and cables.")] = "",
    thin: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the record without logs and samples, and no page.")
    ] = None,
    boards: Annotated[bool, typer.Option("--boards", help="Write the table of docs/boards.md anew.")] = False,
) -> None:
    """Make one page of runs: each test on each rung side by side, figures against budgets, latency, logs, versions.

    With --check, --sign-off, --thin or --junit it does that instead. A record may be of a run that was killed.
    """
    _bench_is_there()
    if boards:
        print(_boards())
        return
    if not runs:
        print("error: no record is named — give run.json, or the folder of --phosphene-report", file=sys.stderr)
        raise typer.Exit(_BAD_USAGE)
    if (sign_off or hardware or thin) and len(runs) > 1:
        print("error: one record at a time is signed or thinned", file=sys.stderr)
        raise typer.Exit(_BAD_USAGE)
    if sign_off or hardware:
        _sign(runs[0], sign_off, hardware)
    if check:
        _check(runs)
    elif thin:
        _thin(runs[0], thin)
    elif junit:
        _junit(runs, junit)
    elif not (sign_off or hardware):
        _page(runs, output)


def _bench_is_there() -> None:
    missing = [name for name in ("pytest", "jinja2") if find_spec(name) is None]
    if missing:
        told = f"the bench is not installed: there is no {' and no '.join(missing)}"
        raise ConfigError(told, place="hil report", cure="pip install 'phosphene[hil]'")


def _page(paths: Sequence[Path], output: Path) -> None:
    from phosphene_hil.report.page import page

    loaded = [(run, path if path.is_dir() else path.parent) for path, run in zip(paths, _load(paths), strict=True)]
    output.write_text(page(loaded), encoding="utf-8")
    print(f"{output}: {output.stat().st_size / 1024:.0f} KiB")


def _junit(paths: Sequence[Path], output: Path) -> None:
    from phosphene_hil.report import junit

    output.write_text(junit.document(_load(paths)), encoding="utf-8")
    print(output)


def _check(paths: Sequence[Path]) -> None:
    from phosphene_hil.report import checking

    wrong = False
    for path, run in zip(paths, _load(paths), strict=True):
        print(f"{path}: {checking.summary(run)}")
        for problem in checking.problems(run):
            wrong = True
            print(f"error: {problem} — {path}", file=sys.stderr)
    if wrong:
        raise typer.Exit(1)


def _sign(path: Path, name: str, hardware: str) -> None:
    run = _load([path])[0]
    if not run.ended or run.checksum != run.sum():
        raise ConfigError("only a whole record is signed, as the run left it", place=str(path))
    run.signed_off_by, run.hardware = name or run.signed_off_by, hardware or run.hardware
    file = path / "run.json" if path.is_dir() else path
    file.write_text(run.sealed().dump(), encoding="utf-8")
    print(f"{file}: signed off by {run.signed_off_by or 'nobody'}; {run.hardware or 'no hardware named'}")


def _thin(path: Path, output: Path) -> None:
    from phosphene_hil.report.thin import thin

    output.write_text(thin(_load([path])[0]).dump(), encoding="utf-8")
    print(f"{output}: {output.stat().st_size / 1024:.0f} KiB")


def _boards() -> Path:
    from phosphene_hil.report import boards_table
    from phosphene_tools import places

    root = places.checkout()
    if root is None:
        raise ConfigError("docs/boards.md is in a checkout only", place="hil report --boards", cure="run it in one")
    page = root / "docs" / "boards.md"
    text = boards_table.table(boards_table.reports(places.boards() / "reports"), boards_table.boards())
    page.write_text(boards_table.written(page.read_text(encoding="utf-8"), text, "docs/boards.md"), encoding="utf-8")
    return page


def _load(paths: Sequence[Path]) -> list[Run]:
    from phosphene_hil.report.record import load

    return [load(path) for path in paths]
