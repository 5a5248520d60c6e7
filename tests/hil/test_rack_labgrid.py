# SPDX-License-Identifier: Apache-2.0
"""Four rigs through labgrid: a real coordinator and two real exporters on loopback, two simulated boards each."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from phosphene.errors import BoardNotFound
from phosphene_hil.labgrid.place import HeldPlace, Lent
from phosphene_hil.outcomes import EXIT_BLOCKED, RigBlocked
from tests.hil.conftest import ROOTS, Bench
from tests.hil.served import PATIENCE_S, PHOSPHENE, labgrid_python, running, until
from tests.hil.test_rack_blocked import outcomes

pytestmark = pytest.mark.timeout(600)  # against hanging: a dozen processes
EXPORTERS = {"first": {"left": "sim", "right": "sim"}, "second": {"top": "sim-bench", "bottom": "sim-bench"}}
PLACES = [place for places in EXPORTERS.values() for place in places]


SET_UP = """
import asyncio, sys
from labgrid.remote.client import ClientSession
from labgrid.remote.generated import labgrid_coordinator_pb2 as wire

async def main(address, *places):
    session = ClientSession(address, asyncio.get_running_loop())
    await session.start()
    for place in places:
        await session.stub.AddPlace(wire.AddPlaceRequest(name=place))
        await session.stub.AddPlaceMatch(wire.AddPlaceMatchRequest(placename=place, pattern=f"*/{place}/*"))
    while not set(places) <= {group for groups in session.resources.values() for group in groups}:
        await asyncio.sleep(0.1)
    await session.stop()
    await session.close()

asyncio.run(main(*sys.argv[1:]))
"""
"""Makes the places and waits until they are offered; labgrid's own client would take two processes for each."""


@dataclass
class Rack:
    """A labgrid that runs, and its exporters by name."""

    folder: Path
    python: str
    coordinator: str
    exporters: dict[str, subprocess.Popen[str]]

    def held(self) -> set[str]:
        """Return the places that somebody has, as labgrid's own client says."""
        command = [str(Path(self.python).parent / "labgrid-client"), "-x", self.coordinator, "who"]
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE_S).stdout
        return set(said.split()) & set(PLACES)

    def lent(self, place: str) -> Lent:
        """Return a place as a bench has it."""
        return Lent(place, self.coordinator, self.python)

    def inventory(self, folder: Path) -> None:
        """Write the inventory of all four."""
        kinds = {place: kind for places in EXPORTERS.values() for place, kind in places.items()}
        tables = [f'[[rig]]\nname = "{place}"\nrig = "{kind}"\nplace = "{place}"\n' for place, kind in kinds.items()]
        head = f'[labgrid]\ncoordinator = "{self.coordinator}"\npython = "{self.python}"\n\n'
        (folder / "bench.toml").write_text(head + "\n".join(tables))


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Generator[Rack]:
    """A coordinator, two exporters and four places."""
    python = labgrid_python()
    folder = tmp_path_factory.mktemp("labgrid")
    programs = Path(python).parent
    log = (folder / "exporters.log").open("w")
    with running([str(programs / "labgrid-coordinator"), "--listen", "127.0.0.1:0"], folder) as coordinator, log:
        assert coordinator.stdout is not None
        where = next(found[1] for line in coordinator.stdout if (found := re.match(r"listening on (\S+)", line)))
        Thread(target=coordinator.stdout.read, daemon=True).start()  # lest it waits for a reader
        exporters: dict[str, subprocess.Popen[str]] = {}
        started = Rack(folder, python, where, exporters)
        for name, places in EXPORTERS.items():
            (folder / f"{name}.yaml").write_text(
                "".join(f"{place}:\n  PhospheneBoard:\n    rig: {kind}\n" for place, kind in places.items())
            )
            command = [*PHOSPHENE, "hil", "export", f"{name}.yaml", "--labgrid", python, "--coordinator", where]
            command += ["--name", name, "--hostname", "127.0.0.1"]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(ROOTS)}
            exporters[name] = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)  # pyright: ignore[reportArgumentType]
        try:
            subprocess.run([python, "-c", SET_UP, where, *PLACES], check=True, timeout=PATIENCE_S)
            yield started
        finally:
            for exporter in exporters.values():
                exporter.kill()
                exporter.wait()


def taken(lent: Lent) -> HeldPlace:
    """Take a place as soon as it is free."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            return HeldPlace.take("mine", lent)
        except RigBlocked:
            assert time.monotonic() < ends, "it is never free"
            time.sleep(0.2)


def test_a_place_is_had_by_one_run_and_free_when_that_run_is_dead(rack: Rack) -> None:
    code = (
        "import sys; from phosphene_hil.labgrid.place import *; "
        "held = HeldPlace.take('theirs', Lent(*sys.argv[1:])); print('held', flush=True); sys.stdin.read()"
    )
    with running([sys.executable, "-c", code, "left", rack.coordinator, rack.python], rack.folder) as theirs:
        assert theirs.stdout is not None
        assert theirs.stdout.readline() == "held\n"
        with pytest.raises(RigBlocked, match=r"it is held by \S+/\S+-run\d+ — rig mine, place left — .*release --kick"):
            HeldPlace.take("mine", rack.lent("left"))
        theirs.kill()
    held = taken(rack.lent("left"))
    line, repl = held.addresses
    assert line.startswith("socket://127.0.0.1:")
    assert repl.startswith("socket://127.0.0.1:")
    # Run and keeper killed at one blow, as by the kernel short of memory: the next run of this machine frees the place.
    os.kill(held.pid, signal.SIGKILL)
    until(lambda: bool(held.lost), "the death of the keeper")
    held.give_back()
    again = HeldPlace.take("mine", rack.lent("left"))
    again.give_back()
    assert rack.held() == set()


def test_a_place_that_nobody_offers_is_absent(rack: Rack) -> None:
    with pytest.raises(BoardNotFound, match="labgrid has no place nowhere; there are: bottom, left, right, top"):
        HeldPlace.take("mine", rack.lent("nowhere"))


TESTS = """
    from pathlib import Path

    FOUR = {"left", "right", "top", "bottom"}

    def note(request, rig, what):
        with Path("ran.txt").open("a") as file:
            print(rig.name, what, request.node.name, file=file)

    async def until(holds):
        for _ in range(1000):
            if holds():
                return
            await asyncio.sleep(0.1)
        raise AssertionError("waited in vain")

    @pytest.fixture
    def noted(request, rig):
        note(request, rig, "begins")
        yield
        note(request, rig, "ends")

    async def all_at_once(rig):
        Path(f"{rig.name}.here").touch()
        await until(lambda: FOUR == {path.stem for path in Path().glob("*.here")})

    @pytest.mark.parametrize("number", range(2))
    @pytest.mark.needs("mute_switch")
    async def test_that_lives(rig, mcu, noted, number):
        await all_at_once(rig)
        await until(Path("gone").exists)
        assert (await mcu.call("echo.echo", data=b"bench")).data == b"bench"

    @pytest.mark.parametrize("number", range(2))
    @pytest.mark.needs("climate_sensor")
    async def test_whose_exporter_dies(rig, mcu, noted, number):
        await all_at_once(rig)
        Path(f"{rig.name}.under-way").touch()
        while True:
            await mcu.call("echo.echo", data=b"bench", timeout=5)

    @pytest.mark.parametrize("number", range(2))
    @pytest.mark.needs("climate_sensor")
    async def test_that_had_not_begun(rig, mcu, noted, number):
        raise AssertionError("it has no rig")

    @pytest.mark.parametrize("number", range(4))
    async def test_that_fits_every_rig(rig, mcu, noted, number):
        assert (await mcu.call("echo.echo", data=b"bench")).data == b"bench"
"""


def test_four_rigs_at_once_and_an_exporter_that_dies_blocks_its_tests_and_loses_none(
    rack: Rack, bench: Bench, pytester: pytest.Pytester
) -> None:
    rack.inventory(pytester.path)
    folder = pytester.path

    def murder() -> None:
        until(lambda: len(list(folder.glob("*.under-way"))) == 2, "both tests under way")
        rack.exporters["second"].kill()
        rack.exporters["second"].wait()
        (folder / "gone").touch()

    murderer = Thread(target=murder)
    murderer.start()
    try:
        result = bench(TESTS, "--phosphene-bench=bench.toml", "--junitxml=junit.xml", "--timeout=400")
    finally:
        (folder / "gone").touch()
        murderer.join()
    said = outcomes(folder / "junit.xml")
    passed = {name for name, what in said.items() if what == "passed"}
    blocked = {name for name, what in said.items() if what.startswith("skipped blocked: rig ")}
    assert passed == {
        f"test_that_{what}[{n}]" for what, count in (("lives", 2), ("fits_every_rig", 4)) for n in range(count)
    }
    assert blocked == {f"test_{what}[{n}]" for what in ("whose_exporter_dies", "that_had_not_begun") for n in range(2)}
    assert len(said) == 10, "a result was lost"
    assert result.ret == EXIT_BLOCKED
    result.stdout.fnmatch_lines(
        ["left *there", "right *there", "top *lost: *", "bottom *lost: *", "*6 passed, 4 blocked*"]
    )
    begun: dict[str, str] = {}
    free = dict.fromkeys(PLACES, "")
    for line in (folder / "ran.txt").read_text().splitlines():
        place, what, name = line.split(" ", 2)
        if what == "begins":
            assert not free[place], f"{place} runs {free[place]} and {name} at once"
            assert name not in begun, f"{name} ran on {begun[name]} and on {place}"
            begun[name] = place
        free[place] = name if what == "begins" else ""
    assert {begun[f"test_that_lives[{n}]"] for n in range(2)} == {"left", "right"}
    assert {begun[f"test_whose_exporter_dies[{n}]"] for n in range(2)} == {"top", "bottom"}
    assert rack.held() == set(), "a place was not given back"
