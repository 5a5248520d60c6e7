# SPDX-License-Identifier: Apache-2.0
"""`phosphene sensors`: which cameras and microphones there are, and how they do."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON; of watch, one object a line.")]

sensors = typer.Typer(no_args_is_help=True, help="List cameras and microphones, and watch what they deliver.")


def register(app: typer.Typer) -> None:
    """Add `sensors` to the command line."""
    app.add_typer(sensors, name="sensors")


@sensors.command("list")
def list_(as_json: Json = False) -> None:
    """List what this computer has, as `--camera` and `--microphone` take it."""
    from phosphene.sensors.listing import list_sensors

    found = list_sensors()
    if as_json:
        typer.echo(json.dumps([asdict(sensor) for sensor in found], indent=2, ensure_ascii=False))
        return
    wide = max(len(sensor.spec) for sensor in found)
    for sensor in found:
        note = f"   missing: {sensor.missing}" if sensor.missing else ""
        typer.echo(f"{sensor.kind:<10}  {sensor.spec:<{wide}}  {sensor.name}{note}")


@sensors.command()
def watch(
    camera: Annotated[
        str, typer.Option(metavar="SPEC", help="picamera2, /dev/video0, a video, a picture, a folder, rtsp://…, test.")
    ] = "none",
    microphone: Annotated[
        str, typer.Option(metavar="SPEC", help="pyaudio, pyaudio:NAME, a sound file, test, silence.")
    ] = "none",
    for_: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", min=0.1, help="End by itself; else Ctrl-C ends it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show rate, drops and level of a camera, a microphone or both, and each event as it happens.

    Ends with exit code 1 when one of them delivered nothing.
    """
    from rich.console import Console

    from phosphene.sensors.opening import open_camera, open_microphone
    from phosphene_tools.sensors import watching

    eye, ear = open_camera(camera), open_microphone(microphone)
    if eye is None and ear is None:
        raise typer.BadParameter("give --camera, --microphone or both; `phosphene sensors list` shows what there is")
    if not watching.watch(eye, ear, seconds=for_, as_json=as_json, console=Console()):
        raise typer.Exit(1)
