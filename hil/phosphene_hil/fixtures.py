# SPDX-License-Identifier: Apache-2.0
"""The fixtures of a test at a rig. Asynchronous tests that use them run on the bench's own event loop."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from phosphene_hil.loop import LoopThread
from phosphene_hil.marks import FAULTS, LEAVINGS
from phosphene_hil.outcomes import Blocked, RigBlocked
from phosphene_hil.run import CONDUCT, LOG, OPENED, event_loop, tenure

if TYPE_CHECKING:
    from phosphene.exact import Coprocessor
    from phosphene.line.faults import FaultInjector
    from phosphene.line.link import Link
    from phosphene_hil.board import Board
    from phosphene_hil.expect import Expect
    from phosphene_hil.host import Host
    from phosphene_hil.log import SerialLog
    from phosphene_hil.rig import Rig
    from phosphene_hil.tenure import Tenure


class Rigs:
    """Opens the rig that was chosen; see `phosphene_rigs`."""

    def __init__(self, loop: LoopThread, tenure: Tenure) -> None:
        self._loop = loop
        self._tenure = tenure

    @contextlib.contextmanager
    def opened(self, tasks: Sequence[Path] = ()) -> Generator[Rig]:
        """Power it up while the context lasts; a simulated board with more task files.

        Skips, visibly, when the board is not there; blocks when it can't be had.
        """
        from phosphene.errors import BoardNotFound

        called = self._tenure.choice.called
        try:
            rig = self._loop.run(self._tenure.take().open(tasks))
        except BoardNotFound as error:
            if why := self._tenure.lost:
                raise Blocked(f"rig {called} went away: {why}") from error
            pytest.skip(f"blocked: no board of rig {called}: {error}")
        except RigBlocked as error:
            raise Blocked(str(error)) from error
        try:
            yield rig
        finally:
            self._loop.run(rig.board.close())


@dataclass(frozen=True)
class _Line:
    link: Link
    mcu: Coprocessor


@pytest.fixture(scope="session")
def phosphene_rigs(pytestconfig: pytest.Config) -> Rigs:
    """More boards of the chosen rig: a module that wants its own overrides `rig` with one of these."""
    return Rigs(event_loop(pytestconfig), tenure(pytestconfig))


@pytest.fixture(scope="session")
def rig(phosphene_rigs: Rigs, pytestconfig: pytest.Config) -> Generator[Rig]:
    """The rig that `--phosphene-rig` names: its wiring, its features, its board."""
    if OPENED in pytestconfig.stash:
        yield pytestconfig.stash[OPENED]
        return
    with phosphene_rigs.opened() as opened:
        yield opened


@pytest.fixture
def board(rig: Rig) -> Board:
    """The board itself: its ports, and, where the bench has them, `outside` and `control`."""
    return rig.board


@pytest.fixture
def faults(request: pytest.FixtureRequest, rig: Rig, pytestconfig: pytest.Config) -> FaultInjector | None:
    """What damages this test's line, as `@pytest.mark.phosphene_faults` says; it counts what it did. Else None."""
    from phosphene.line.faults import FaultInjector
    from phosphene_hil.plans import plan_for

    marker = request.node.get_closest_marker(FAULTS)
    if marker is None:
        return None
    request.node.stash[CONDUCT].faulty_line = True
    seed: int | None = pytestconfig.getoption("phosphene_seed")
    what = marker.args[0] if marker.args else None
    return FaultInjector(plan_for(what, request.path.parent, request.node.nodeid, seed))


@pytest.fixture
def _phosphene_line(
    request: pytest.FixtureRequest, rig: Rig, faults: FaultInjector | None, pytestconfig: pytest.Config
) -> Generator[_Line]:
    """A session of this test's own; its end of the line is judged when it closes."""
    from phosphene.errors import LineError
    from phosphene_hil import health

    loop, conduct = event_loop(pytestconfig), request.node.stash[CONDUCT]
    entered = rig.linked(faults)
    link, mcu = loop.run(entered.__aenter__())
    try:
        at_opening = loop.run(health.counters(mcu))
        boot_id, sessions = link.hello.boot_id, link.stats.sessions
        yield _Line(link, mcu)
        if faults is None:
            conduct.damaged += link.stats.received.bad_frames
        if faults is None and (boot_id, sessions) == (link.hello.boot_id, link.stats.sessions):
            with contextlib.suppress(LineError):  # a silent board is found out by the examination
                conduct.silent_losses += loop.run(health.silent_losses(link, mcu, at_opening))
    finally:
        loop.run(entered.__aexit__(None, None, None))


@pytest.fixture
def link(_phosphene_line: _Line) -> Link:
    """The test's own end of the line, which owns the port."""
    return _phosphene_line.link


@pytest.fixture
def mcu(_phosphene_line: _Line) -> Coprocessor:
    """The board by the names of its tasks, over `link`."""
    return _phosphene_line.mcu


@pytest.fixture
def host(
    request: pytest.FixtureRequest, rig: Rig, _phosphene_line: _Line, pytestconfig: pytest.Config
) -> Generator[Host]:
    """A host that renews the lease from before the test until after it, and then leaves in order."""
    from phosphene.errors import LineError
    from phosphene_hil import health
    from phosphene_hil.host import Host

    loop, conduct = event_loop(pytestconfig), request.node.stash[CONDUCT]
    supervisor = Host(rig, _phosphene_line.link, _phosphene_line.mcu)
    try:
        loop.run(supervisor.begin())
        yield supervisor
    finally:
        if supervisor.armed:
            with contextlib.suppress(LineError):
                conduct.latched = loop.run(health.latched(rig, _phosphene_line.mcu))
        conduct.leases_given_up = loop.run(supervisor.end())


@pytest.fixture
def serial_log(
    request: pytest.FixtureRequest, rig: Rig, _phosphene_line: _Line, pytestconfig: pytest.Config
) -> Generator[SerialLog]:
    """Everything the board says during the test; shown when it fails."""
    from phosphene_hil.log import SerialLog

    loop = event_loop(pytestconfig)

    async def make() -> SerialLog:
        log = SerialLog()
        await log.watch(_phosphene_line.link, _phosphene_line.mcu, rig.board.repl)
        return log

    log = request.node.stash[LOG] = loop.run(make())
    try:
        yield log
    finally:
        loop.run(log.close())


@pytest.fixture
def expect(serial_log: SerialLog) -> Expect:
    """Wait for an event, a frame, a notice, a line of the console, or a state of the line."""
    from phosphene_hil.expect import Expect

    return Expect(serial_log)


@pytest.fixture(autouse=True)
def _phosphene_examination(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Generator[None]:
    """Skip a test whose needs are not met; look at the board before and after every other, and fail on what is bad."""
    if "rig" not in request.fixturenames:
        yield
        return
    from phosphene.errors import PhospheneError
    from phosphene_hil import health

    if why := tenure(pytestconfig).lost:
        raise Blocked(f"rig {tenure(pytestconfig).choice.called} went away: {why}")
    rig: Rig = request.getfixturevalue("rig")
    request.node.user_properties.append(("rig", rig.name))
    for marker in request.node.iter_markers("needs"):
        for reason in filter(None, map(rig.missing, marker.args)):
            pytest.skip(reason)
    loop = event_loop(pytestconfig)
    leaves = {str(kind) for marker in request.node.iter_markers("leaves") for kind in marker.args}
    if unknown := leaves - LEAVINGS.keys():
        pytest.fail(f"no test leaves {sorted(unknown)}; there are: {', '.join(LEAVINGS)}", pytrace=False)
    examination = health.Examination(loop.run(health.look(rig)), conduct=health.Conduct())
    request.node.stash[CONDUCT] = examination.conduct
    yield
    try:
        examination.after = loop.run(health.look(rig))
    except PhospheneError as error:
        examination.silence = str(error)
    found = examination.findings()
    if found:
        loop.run(health.tidy(rig, silent=examination.after is None))
    unwanted = [str(finding) for finding in found if finding.kind not in leaves]
    if unwanted:
        pytest.fail("the test left the board unwell:\n" + "\n".join(f"  {text}" for text in unwanted), pytrace=False)
