# SPDX-License-Identifier: Apache-2.0
"""`phosphene run`: as much of the device as exists: the board of a rig, a painted screen, and the console's page."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from phosphene_tools.commands.options import Role, TasksFolder, ambiguity_is_bad_usage

Panel = Literal["160x120", "320x240", "512x384", "800x480"]
_CONSOLE = "Console"
_SENSES = "Senses"
_OUTPUTS = "Outputs"
_TOUR = "Demonstration"


def register(app: typer.Typer) -> None:
    """Add `run` to the command line."""

    @app.command()
    def run(  # pyright: ignore[reportUnusedFunction]
        rig: Annotated[
            str, typer.Option(metavar="NAME", help="The rig to run; `phosphene boards list` names them.")
        ] = "sim",
        role: Role = "operate",
        for_: Annotated[float | None, typer.Option("--for", metavar="SECONDS", min=0.1, help="End by itself.")] = None,
        monitor: Annotated[
            bool, typer.Option("--monitor", help="The monitor of the line in this terminal, instead of the console.")
        ] = False,
        headless: Annotated[
            bool, typer.Option("--headless", help="The board and its broker only: nothing is painted.")
        ] = False,
        tasks: TasksFolder = None,
        camera: Annotated[
            str,
            typer.Option(
                metavar="SPEC",
                help="The device's camera: picamera2, /dev/video0, a video or picture file, test. "
                "With none, the page offers the visitor's own.",
                rich_help_panel=_SENSES,
            ),
        ] = "none",
        microphone: Annotated[
            str,
            typer.Option(
                metavar="SPEC",
                help="Its microphone: pyaudio, pyaudio:NAME, a sound file, test.",
                rich_help_panel=_SENSES,
            ),
        ] = "none",
        accelerator: Annotated[
            str,
            typer.Option(
                metavar="KIND[:PYTHON]",
                help="What runs the networks: cpu, coral, teflon, rknn, and the Python of its environment. "
                "By default what the board's file says.",
            ),
        ] = "",
        display: Annotated[
            str,
            typer.Option(
                metavar="SPEC",
                help="What the device shows itself on: fb:/dev/fb0, luma:ili9341, window, png:FOLDER, none. "
                "By default what the board's file says.",
                rich_help_panel=_OUTPUTS,
            ),
        ] = "",
        touch: Annotated[
            str,
            typer.Option(
                metavar="SPEC",
                help="The touch panel on it: evdev:NAME, window, none; by default the file's.",
                rich_help_panel=_OUTPUTS,
            ),
        ] = "",
        speaker: Annotated[
            str,
            typer.Option(
                metavar="SPEC",
                help="What it speaks and chimes through: pyaudio, pyaudio:NAME, wav:FILE, none; by default the file's.",
                rich_help_panel=_OUTPUTS,
            ),
        ] = "",
        speech: Annotated[
            str, typer.Option(metavar="ENGINE", help="espeak, espeak:VOICE, none.", rich_help_panel=_OUTPUTS)
        ] = "espeak",
        record: Annotated[
            str | None,
            typer.Option(
                metavar="FILE|FOLDER",
                help="Record every moment into a new MCAP file: percepts and decisions, no picture and no sound. "
                "`phosphene replay FILE` runs it again, `phosphene recordings wipe` removes it.",
                rich_help_panel=_SENSES,
            ),
        ] = None,
        record_most: Annotated[
            int,
            typer.Option(
                metavar="MIB",
                min=1,
                help="Where a file ends by itself; in a folder, what all together may have: the oldest go.",
                rich_help_panel=_SENSES,
            ),
        ] = 512,
        record_keep: Annotated[
            float,
            typer.Option(metavar="DAYS", min=0.001, help="How long a folder keeps them.", rich_help_panel=_SENSES),
        ] = 30,
        tour: Annotated[
            bool | None,
            typer.Option(
                "--tour/--no-tour",
                help="A scripted visitor shows the device while nobody is there. By default on a simulated board "
                "without a camera, microphone or touch panel of its own.",
                rich_help_panel=_TOUR,
            ),
        ] = None,
        tour_after: Annotated[
            float, typer.Option(metavar="SECONDS", min=0.1, help="Without anybody.", rich_help_panel=_TOUR)
        ] = 20.0,
        tour_again: Annotated[
            float,
            typer.Option(
                metavar="MINUTES", min=0.0, help="Without anybody, for another; 0: never.", rich_help_panel=_TOUR
            ),
        ] = 10.0,
        panel: Annotated[Panel, typer.Option(help="The screen, in pixels.", rich_help_panel=_CONSOLE)] = "320x240",
        open_: Annotated[
            bool, typer.Option("--open", help="Open the page in the browser.", rich_help_panel=_CONSOLE)
        ] = False,
        port: Annotated[
            int,
            typer.Option("--console-port", min=0, max=65535, help="0: any that is free.", rich_help_panel=_CONSOLE),
        ] = 8460,
        host: Annotated[
            str,
            typer.Option(
                "--console-host",
                metavar="ADDRESS",
                help="Where to listen. Anything but this computer alone wants a token and TLS.",
                rich_help_panel=_CONSOLE,
            ),
        ] = "127.0.0.1",
        names: Annotated[
            list[str] | None,
            typer.Option(
                "--console-name", metavar="NAME", help="A further host name of the page.", rich_help_panel=_CONSOLE
            ),
        ] = None,
        token: Annotated[
            str,
            typer.Option(
                envvar="PHOSPHENE_CONSOLE_TOKEN",
                show_envvar=True,
                metavar="SECRET",
                help="Asked of every page, 16 characters or more; better set in the environment.",
                rich_help_panel=_CONSOLE,
            ),
        ] = "",
        tls_cert: Annotated[
            Path | None, typer.Option(metavar="PEM", help="TLS certificate.", rich_help_panel=_CONSOLE)
        ] = None,
        tls_key: Annotated[Path | None, typer.Option(metavar="PEM", help="Its key.", rich_help_panel=_CONSOLE)] = None,
    ) -> None:
        """Run the device. Without hardware the board is simulated: the real firmware under a real MicroPython.

        Prints the address of the console: the painted screen, in a browser on this computer. Ctrl-C ends it.
        """
        import asyncio

        if monitor and headless:
            raise typer.BadParameter("--monitor and --headless exclude each other")
        with ambiguity_is_bad_usage():
            if monitor or headless:
                asyncio.run(_bare(rig, role, for_, tasks, on_screen=monitor))
                return
            from phosphene.console.server import Where
            from phosphene.console.settings import Settings
            from phosphene_tools.boards import board_json, load_rig
            from phosphene_tools.device import Device, make_hearing
            from phosphene_tools.new_task import own_tasks, phrases
            from phosphene_tools.outputs import Outputs
            from phosphene_tools.own_sensors import OwnSensors
            from phosphene_tools.recording import Recording
            from phosphene_tools.tour.tours import Plan

            where = Where(host, port, token, tls_cert, tls_key, tuple(names or ()))
            found = load_rig(rig)
            sbc, said = found.sbc, phrases(own_tasks(tasks, board_json(found))) if tasks else ()
            if tour and not found.mcu.simulated:
                raise typer.BadParameter("--tour pulls cables: it needs a simulated board")
            sensors = OwnSensors(camera, microphone, sbc.camera)
            chip = accelerator or sbc.accelerator_kind
            outputs = Outputs(display or sbc.display, touch or sbc.touch, speaker or sbc.speaker, speech)
            recording = None
            if record is not None:
                named = record.endswith("/")  # which a path forgets
                recording = Recording(Path(record), record_most << 20, record_keep * 86_400, folder=named)
            alone = found.mcu.simulated and not sensors and outputs.touch == "none"
            shown = alone if tour is None else tour
            device = Device(
                *(rig, role, where, Settings(panel=panel), for_, open_, sensors, chip, recording, outputs),
                hear=partial(make_hearing, names=said),
                tasks=tasks,
                tour=Plan(tour_after, 60 * tour_again, others=tour is True) if shown else None,
            )
            asyncio.run(device.run_until_signalled())


async def _bare(rig: str, role: str, seconds: float | None, tasks: Path | None, *, on_screen: bool) -> None:
    """The rig without a console: the monitor where a person can see it, otherwise words about what is up."""
    from phosphene_tools.monitor.terminal import interactive
    from phosphene_tools.rig_up import rig_up

    on_screen = on_screen and interactive() and seconds is None
    if on_screen:
        print(f"bringing up {rig} …", file=sys.stderr)
    async with rig_up(rig, tasks) as up:
        if not on_screen:
            from phosphene_tools.monitor.stay import stay

            await stay(up, role, seconds)
            return
        from phosphene_tools.monitor.clock import WallClock
        from phosphene_tools.monitor.filter import Filter
        from phosphene_tools.monitor.interactive import watch_on_screen
        from phosphene_tools.monitor.log import SessionLog
        from phosphene_tools.monitor.rows import Layout

        clock = WallClock()
        log = SessionLog(clock)
        try:
            await watch_on_screen(up.port, role, Filter(), Layout(clock), log, gone=up.gone)
        finally:
            log.stop()
