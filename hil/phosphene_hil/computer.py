# SPDX-License-Identifier: Apache-2.0
"""The computer of a rig, as far as suites ask for it: what its file says, held against what is really there."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

from phosphene.accelerators import Accelerator, Event, Supervised, open_accelerator, parse_spec
from phosphene_hil.senses import bench_camera, bench_microphone
from phosphene_tools.boards.sbc import Sbc

BENCH: Final = "bench"
"""In place of a spec: the bench's own sensor (senses/)."""
_TAKES_TFLITE: Final = ("cpu", "teflon")
"""Accelerators that run a graph as it was made, so that any graph can be handed to them."""


@dataclass(frozen=True)
class Specs:
    """What the command line says of a computer, as `phosphene run` takes it; empty: what it has."""

    accelerator: str = ""
    camera: str = ""
    microphone: str = ""


NO_SPECS: Final = Specs()


@dataclass(frozen=True)
class Computer:
    """What runs the supervisor of a rig. Suites run on it, for a rig's board is at its own computer.

    A `simulated` rig has a camera, a microphone and a display of the bench's (senses/).
    """

    sbc: Sbc
    simulated: bool
    specs: Specs = NO_SPECS

    @property
    def chip(self) -> str:
        """What runs its networks, as `--accelerator` takes it."""
        return self.specs.accelerator or self.sbc.accelerator_kind

    @property
    def kind(self) -> str:
        """What kind of accelerator that is, without its interpreter."""
        return parse_spec(self.chip)[0]

    def has(self, feature: str) -> bool:
        """Whether a feature of COMPUTER (marks.py) is there. To know it, some are opened once."""
        match feature:
            case "accelerator":
                return _usable(self.chip)
            case "layers":
                return self.kind in _TAKES_TFLITE and _usable(self.chip)
            case "camera":
                return self.camera != "none"
            case "camera_plug":
                return self.camera == BENCH and not bench_camera.missing()
            case "microphone":
                return self.microphone != "none"
            case "microphone_plug":
                return self.microphone == BENCH and not bench_microphone.missing()
            case "screen":
                return self.display(Path()) != "none"
            case "voice":
                return _can_speak()
            case _:
                return False

    @property
    def camera(self) -> str:
        """Its camera as `--camera` takes it; BENCH for the bench's own, "none" for none."""
        if self.specs.camera:
            return self.specs.camera
        return BENCH if self.simulated else _found("camera")

    @property
    def microphone(self) -> str:
        """Its microphone, likewise."""
        if self.specs.microphone:
            return self.specs.microphone
        return BENCH if self.simulated else _found("microphone")

    def display(self, folder: Path) -> str:
        """Its display as `--display` takes it; a simulated one puts its pictures into `folder`."""
        return f"png:{folder}" if self.simulated else self.sbc.display

    @contextlib.contextmanager
    def accelerator(self) -> Generator[Opened]:
        """Open its accelerator while the context lasts. Raises AcceleratorError when it isn't one."""
        events: list[Event] = []
        chip = open_accelerator(self.chip, on_event=events.append)
        with chip if isinstance(chip, Supervised) else contextlib.nullcontext():
            yield Opened(chip, events)


@dataclass(frozen=True)
class Opened:
    """An accelerator that is open; `events` are what happened to it, which is nothing while it is well."""

    chip: Accelerator
    events: list[Event] = field(default_factory=list[Event])

    def troubles(self) -> list[str]:
        """Return what happened, in words: a graph that fell back shows nothing of the chip."""
        return [str(event) for event in self.events]


@cache
def _usable(spec: str) -> bool:
    """Whether the accelerator opens here; tried once, where it can't harm."""
    kind, python = parse_spec(spec)
    if kind == "cpu" and not python:
        return importlib.util.find_spec("ai_edge_litert") is not None
    from phosphene.accelerators.probe import probe

    return probe(kind, Path(python).expanduser() if python else None).usable


@cache
def _found(kind: Literal["camera", "microphone"]) -> str:
    """Return the first real one that is there and can be used."""
    from phosphene.sensors.listing import list_sensors

    return next(
        (one.spec for one in list_sensors() if one.kind == kind and not one.missing and one.spec != "test"), "none"
    )


@cache
def _can_speak() -> bool:
    from phosphene.sound.errors import SoundError
    from phosphene.sound.speech import Espeak

    voice = Espeak()
    try:
        voice.open()
    except SoundError:
        return False
    voice.close()
    return True
