# SPDX-License-Identifier: Apache-2.0
"""What pytest sees of the record: the option `--phosphene-report`, the fixtures `measure` and `picture`.

Little is imported here: pytest loads this in runs that have nothing to do with a board.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from phosphene_hil.run import LOG, event_loop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from phosphene.exact import Coprocessor
    from phosphene.line.link import Link
    from phosphene_hil.report.measuring import Measure
    from phosphene_hil.report.record import Measured
    from phosphene_hil.report.recorder import Recorder
    from phosphene_hil.rig import Rig

_RECORDER: pytest.StashKey[Recorder] = pytest.StashKey()
_ON_THE_LINE = ("link", "mcu", "host", "serial_log", "expect", "_phosphene_line")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("phosphene", "test bench of Phosphene").addoption(
        "--phosphene-report",
        metavar="FOLDER",
        type=Path,
        help="keep the record of the run there: run.json, serial logs, JUnit, a page",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin the record, if one is asked for."""
    folder: Path | None = config.getoption("phosphene_report")
    if folder is None:
        return
    from phosphene.errors import ConfigError
    from phosphene_hil.report.folder import RecordFolder
    from phosphene_hil.report.gather import part
    from phosphene_hil.report.recorder import PLUGIN, Recorder

    try:
        config.stash[_RECORDER] = Recorder(config, RecordFolder(part(config, folder)))
    except ConfigError as error:
        raise pytest.UsageError(f"--phosphene-report {folder}: {error}") from error
    config.pluginmanager.register(config.stash[_RECORDER], PLUGIN)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let every test that speaks on the line write its serial log into the record."""
    if _RECORDER not in config.stash:
        return
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        at = min((names.index(name) for name in _ON_THE_LINE if name in names), default=None)
        if at is not None and "_phosphene_recorded_log" not in names:
            names.insert(at, "_phosphene_recorded_log")


@pytest.fixture
def measure(pytestconfig: pytest.Config) -> Measure:
    """Note a figure in the record, `measure("echo", value, unit="ms", budget=20)`; without a record, check it only."""
    from phosphene_hil.report.measuring import Measure

    def forget(_: Measured) -> None:
        """There is no record."""

    recorder = pytestconfig.stash.get(_RECORDER, None)
    return Measure(forget if recorder is None else recorder.measured)


@pytest.fixture
def picture(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> Callable[[str, bytes | NDArray[np.uint8]], None]:
    """Keep a painted frame in the record: a picture file's bytes, or pixels (height, width, 3), uint8."""

    def keep(name: str, image: bytes | NDArray[np.uint8]) -> None:
        recorder = pytestconfig.stash.get(_RECORDER, None)
        if recorder is not None:
            recorder.pictured(request.node, name, image)

    return keep


@pytest.fixture
def _phosphene_recorded_log(
    request: pytest.FixtureRequest, rig: Rig, link: Link, mcu: Coprocessor, pytestconfig: pytest.Config
) -> Generator[None]:
    """Write the test's serial log as it comes.

    Frames, events and changes of the line. The console only where the test listens to it itself: its port may be
    what the test is about to open.
    """
    from phosphene_hil.log import SerialLog

    recorder, loop = pytestconfig.stash[_RECORDER], event_loop(pytestconfig)
    recorder.met(rig, link)
    own = SerialLog()
    log = own
    if {"serial_log", "expect"} & set(request.fixturenames):
        log = request.getfixturevalue("serial_log")
    else:
        request.node.stash[LOG] = own
        loop.run(own.watch(link, mcu, ""))
    file = recorder.log_file(request.node)
    loop.run(file.begin(log))
    try:
        yield
    finally:
        loop.run(file.end())
        recorder.log_ended(file)
        loop.run(own.close())
