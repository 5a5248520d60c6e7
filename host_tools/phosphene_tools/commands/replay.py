# SPDX-License-Identifier: Apache-2.0
"""`phosphene replay`: a trace again, and whether the same comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `replay` to the command line."""

    @app.command()
    def replay(  # pyright: ignore[reportUnusedFunction]
        trace: Annotated[Path, typer.Argument(metavar="FILE", help="What `phosphene run --record FILE` wrote.")],
        verify: Annotated[
            bool, typer.Option("--verify", help="Decide and paint again; name the first difference and end with 1.")
        ] = False,
        strip: Annotated[
            Path | None, typer.Option(metavar="PNG", help="Write a strip of the frames, painted again.")
        ] = None,
        film: Annotated[
            Path | None,
            typer.Option(metavar="WEBP", help="Write the frames as an animated picture, with what was said below."),
        ] = None,
        speed: Annotated[float, typer.Option(min=0.1, help="How many times quicker than it was the film is.")] = 1.5,
        frames: Annotated[int, typer.Option(min=1, max=64, help="How many frames the strip has at most.")] = 12,
    ) -> None:
        """Tell what happened in a trace, moment by moment; or run it again and hold the two together."""
        from phosphene_tools.replaying import tell, verified, write_strip

        if strip is not None:
            write_strip(trace, strip, frames)
        if film is not None:
            from phosphene_tools.filming import Pace, write_film

            length_ms = write_film(trace, film, Pace(speed))
            print(f"{film}: {length_ms / 1000:.0f} s, {film.stat().st_size / 1e6:.2f} MB")
        if verify:
            raise typer.Exit(0 if verified(trace) else 1)
        if strip is None and film is None:
            tell(trace)
