# SPDX-License-Identifier: Apache-2.0
"""Keeps the record of a run of pytest: a plug-in that is there when `--phosphene-report FOLDER` was given.

The record is written when a test begins and when it ends, so a run that is killed tells of all that it did, and
which test it was at.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from phosphene_hil.rack.pause import Pause
from phosphene_hil.report import causes, junit, rungs, words
from phosphene_hil.report.folder import RecordFolder
from phosphene_hil.report.gather import gathered, is_worker
from phosphene_hil.report.log_file import LogFile
from phosphene_hil.report.record import Attempt, Case, Measured, Run
from phosphene_hil.report.scrub import Scrub
from phosphene_hil.report.versions import versions
from phosphene_hil.run import chosen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from phosphene.line.link import Link
    from phosphene_hil.rig import Rig

PLUGIN = "phosphene-record"
_SECRET = ("--phosphene-arm-key", "--phosphene-unlock-key", "--phosphene-report", "--phosphene-port")
_WORST: Sequence[str] = ("failed", "blocked", "skipped", "passed")


class Recorder:
    """See the module."""

    def __init__(self, config: pytest.Config, folder: RecordFolder) -> None:
        self.folder = folder
        self._scrub = Scrub(config.rootpath)
        self._cases: dict[tuple[str, str], Case] = {}
        self._attempt = Attempt()
        self._verdicts: list[causes.Verdict] = []
        self._log: LogFile | None = None
        self.run = Run(
            began=_now(),
            arguments=_arguments(config.invocation_params.args, self._scrub),
            seed=config.getoption("phosphene_seed"),
            versions=versions(),
        )
        folder.save(self.run)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin an attempt."""
        self._attempt, self._verdicts = Attempt(began=_now()), []
        if not isinstance(item, Pause):
            self._begin(item)
            self.folder.save(self.run)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Take what a phase came to; with the last one the attempt ends."""
        report = yield
        attempt = self._attempt
        attempt.seconds = round(attempt.seconds + report.duration, 4)
        found = causes.verdict(report, call.excinfo.value if call.excinfo else None)
        if found is not None:
            self._verdicts.append(found)
        if report.when == "teardown":
            if isinstance(item, Pause):
                if not any(verdict.outcome == "failed" for verdict in self._verdicts):
                    return report
                self._begin(item)  # what is torn down between two tests belongs to none, and is told by itself
            self._end(item)
            case = self._case(item)
            report.user_properties += junit.properties(case)
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Close the record, and write what is made of it."""
        self.run.ended, self.run.exit_code = _now(), int(session.exitstatus)
        if is_worker(session.config):
            self.folder.save(self.run)
            return
        self.run = gathered(self.run, self.folder.path).sealed()
        self.folder.save(self.run)
        self.folder.write("junit.xml", junit.document([self.run]))
        from phosphene_hil.report.page import page

        self.folder.write("report.html", page([(self.run, self.folder.path)]))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where it lies."""
        terminalreporter.write_line(f"record of the run: {self.folder.path}/run.json, junit.xml and report.html")

    def met(self, rig: Rig, link: Link) -> None:
        """Note who answered on a rig, and by which firmware this attempt was answered if by another."""
        found = rungs.seen(rig, link.hello)
        known = self.run.rigs.get(rig.name)
        if known is None or not known.firmware:
            self.run.rigs[rig.name] = found
        elif known.firmware != found.firmware:
            self._attempt.firmware = found.firmware

    def log_file(self, item: pytest.Item) -> LogFile:
        """Return the file for the serial log of the attempt at hand."""
        name = self._attempt.log = self.folder.log_name(item.nodeid, len(self._case(item).attempts))
        self._log = LogFile(self.folder.path / name)
        return self._log

    def log_ended(self, log: LogFile) -> None:
        """Note how long it was; one in which nothing stands is not kept."""
        self._attempt.log_lines, self._log = log.lines, None
        if not log.lines:
            log.path.unlink()
            self._attempt.log = ""

    def measured(self, figure: Measured) -> None:
        """Note a figure of the attempt at hand. Raises ValueError: it has one of this name."""
        if any(other.name == figure.name for other in self._attempt.measured):
            raise ValueError(f"this test measured {figure.name!r} already")
        self._attempt.measured.append(figure)
        if self._log is not None:  # there, it outlives a run that is killed before the test ends
            self._log.note(f"measured {words.figure(figure)}: {figure.name}")

    def pictured(self, item: pytest.Item, name: str, image: bytes | NDArray[np.uint8]) -> None:
        """Keep a frame of the attempt at hand."""
        self._attempt.pictures.append(self.folder.picture(item.nodeid, name, image))

    def _begin(self, item: pytest.Item) -> None:
        key = (item.nodeid, self._rig_of(item))
        if key in self._cases:
            self._cases[key].attempts.append(self._attempt)
            return
        needs = {str(word) for marker in item.iter_markers("needs") for word in marker.args}
        self._cases[key] = Case(node=item.nodeid, rig=key[1], needs=sorted(needs), attempts=[self._attempt])
        self.run.tests.append(self._cases[key])

    def _end(self, item: pytest.Item) -> None:
        attempt = self._attempt
        found = self._verdicts or [causes.Verdict("skipped", "other", "it had no phase that told anything")]
        worst = min(found, key=lambda verdict: _WORST.index(verdict.outcome))
        attempt.outcome, attempt.cause = worst.outcome, worst.cause
        attempt.reason = self._scrub(worst.reason)
        texts = [verdict.text for verdict in found if verdict.text]
        attempt.text = self._scrub("\n\n".join(texts))[:200_000]
        faults = getattr(item, "funcargs", {}).get("faults")
        if faults is not None:
            attempt.faults = dict(faults.by_kind)
        self.folder.save(self.run)

    def _case(self, item: pytest.Item) -> Case:
        return self._cases[item.nodeid, self._rig_of(item)]

    def _rig_of(self, item: pytest.Item) -> str:
        choice = chosen(item.config)
        name = choice.called or choice.wired.name
        if name not in self.run.rigs:
            attached = bool(choice.port or choice.lent)
            self.run.rigs[name] = rungs.expected(choice.wired, emulated=choice.emulated, attached=attached)
        return name


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _arguments(given: Sequence[object], scrub: Scrub) -> list[str]:
    """Return them without the paths of keys, ports and this record."""
    kept: list[str] = []
    skip = False
    for word in map(str, given):
        name, equals, _ = word.partition("=")
        if skip or name in _SECRET:
            skip = not skip and not equals
            continue
        kept.append(scrub(word))
    return kept
