# SPDX-License-Identifier: Apache-2.0
"""The record of a run (`run.json`): what was tried, on which rig, what came of it, and of which versions.

It comes from strangers too, so it is checked when it is read. Times are seconds, moments are UTC in ISO 8601.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phosphene.errors import ConfigError

FORMAT = "phosphene-run/1"

Rung = Literal["simulator", "emulator", "board"]
RUNGS: dict[Rung, str] = {"simulator": "simulator", "emulator": "emulated Cortex-M3", "board": "board"}
"""The rungs from the desk to the hardware, and how the pages call them."""

Outcome = Literal["passed", "failed", "blocked", "skipped", "unfinished"]
Cause = Literal[
    "", "assertion", "health", "line", "time-out", "bench", "error", "flaky", "absent", "lost", "feature", "other"
]
CAUSES: dict[Cause, str] = {
    "": "",
    "assertion": "the device did otherwise than demanded",
    "health": "the test left the board unwell",
    "line": "the line failed",
    "time-out": "it did not end in its time",
    "bench": "the bench could not set it up",
    "error": "an error of the test or of the tools",
    "flaky": "it failed at first",
    "absent": "no board was there",
    "lost": "the rig went away while it ran",
    "feature": "the rig lacks what it needs",
    "other": "for a reason of its own",
}

Text = Annotated[str, Field(max_length=200_000)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


class Spread(_Part):
    """What many values of one kind are like; percentiles are nearest-rank."""

    count: Annotated[int, Field(ge=1)]
    least: Number
    p50: Number
    p95: Number
    most: Number

    @classmethod
    def of(cls, samples: Sequence[float]) -> Spread:
        """Return the spread of these, of which there is at least one."""
        ordered = sorted(samples)
        ranks = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95)]
        return cls(count=len(ordered), least=ordered[0], p50=ranks[0], p95=ranks[1], most=ordered[-1])


class Measured(_Part):
    """One figure that a test told."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    unit: Annotated[str, Field(max_length=20)] = ""
    value: Number | int | bool | Annotated[str, Field(max_length=200)] | None = None
    """The value, where it is one."""
    spread: Spread | None = None
    """Where there were many: what they are like."""
    samples: list[Number] = []
    """And the values themselves, as long as the record is whole."""
    least: Number | None = None
    most: Number | None = None
    """The budget: within which the value must lie, or 95 of 100 of many."""
    same: bool = False
    """It must be the same on every rung."""
    work: bool = False
    """It is how fast the chip works; on a simulator or an emulator that is the desk computer's speed."""


class Picture(_Part):
    """A painted frame, as PNG."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    file: str
    """Beside the record."""
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]


class Attempt(_Part):
    """One try of a test."""

    began: str = ""
    seconds: Number = 0.0
    """All of it: the fixtures, the test, and the look at the board afterwards."""
    outcome: Outcome = "unfinished"
    cause: Cause = ""
    reason: Text = ""
    """Why it was skipped or blocked, or how the failure reads in one line."""
    text: Text = ""
    """The failure at length."""
    measured: list[Measured] = []
    pictures: list[Picture] = []
    log: str = ""
    """Its serial log, a file beside the record."""
    log_lines: int = 0
    faults: dict[str, int] = {}
    """What a fault plan did to its line, by kind and how often."""
    firmware: str = ""
    """The hash of the firmware that answered, if it was not the rig's."""


class Case(_Part):
    """One test on one rig."""

    node: Annotated[str, Field(min_length=1)]
    """Its node id, as pytest takes it."""
    rig: str
    needs: list[str] = []
    """The features that it asks for."""
    attempts: Annotated[list[Attempt], Field(min_length=1)]

    @property
    def last(self) -> Attempt:
        """The attempt that counts."""
        return self.attempts[-1]

    @property
    def outcome(self) -> Outcome:
        """What came of it in the end."""
        return self.last.outcome

    @property
    def cause(self) -> Cause:
        """The class of what came of it: one that failed, and at a later try did not, is flaky."""
        if self.outcome in ("passed", "skipped") and any(attempt.outcome == "failed" for attempt in self.attempts):
            return "flaky"
        return self.last.cause

    @property
    def suite(self) -> str:
        """The file's name without its ending."""
        return Path(self.node.partition("::")[0]).stem

    @property
    def name(self) -> str:
        """The test's name within its file."""
        return self.node.partition("::")[2]


class RigSeen(_Part):
    """A rig as it was met."""

    rung: Rung
    mcu: str = ""
    sbc: str = ""
    firmware: str = ""
    """First 8 bytes of the firmware's SHA-256, as its hello says; empty if nobody answered."""
    dictionary: str = ""
    """Likewise of its capability dictionary."""
    protocol: str = ""
    micropython: str = ""
    features: list[str] = []


class Versions(_Part):
    """What the run was made with; each hash is a SHA-256."""

    phosphene: str = ""
    source: str = ""
    """Over the Python sources of the installed packages."""
    firmware: str = ""
    """Over the tree's own firmware."""
    dictionary: str = ""
    python: str = ""
    pytest: str = ""
    host: str = ""
    load: Number = 0.0
    """The host's load average over a minute as the run began."""
    graphs: dict[str, str] = {}


class Run(_Part):
    """A run of pytest at the bench."""

    format: Literal["phosphene-run/1"] = FORMAT
    began: str
    ended: str = ""
    """Empty: it was killed, or runs still."""
    exit_code: int | None = None
    arguments: list[str] = []
    """What pytest was called with, without the paths of this computer."""
    seed: int | None = None
    rigs: dict[str, RigSeen] = {}
    versions: Versions = Versions()
    tests: list[Case] = []
    hardware: Text = ""
    """Of a board: which one exactly, how it is wired, with what computer and cables."""
    signed_off_by: Text = ""
    checksum: str = ""
    """SHA-256 over all the rest; it shows a slip of the hand, and keeps nobody from lying."""

    def rung(self, test: Case) -> Rung:
        """Return the rung on which a test of this run stood."""
        return self.rigs[test.rig].rung

    def sealed(self) -> Run:
        """Return it with its checksum."""
        return self.model_copy(update={"checksum": self.sum()})

    def sum(self) -> str:
        """Return what the checksum must be."""
        content = self.model_dump(mode="json", exclude={"checksum"}, exclude_defaults=True)
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def dump(self) -> str:
        """Return it as the text of a file; what is empty is left out."""
        content = {"format": self.format} | self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def load(path: Path) -> Run:
    """Read a record: a file, or the folder with its `run.json`.

    Raises ConfigError: it can't be read, is no record, or names a key that is wrong.
    """
    file = path / "run.json" if path.is_dir() else path
    try:
        text = file.read_bytes()
    except OSError as error:
        cure = "give the run.json that `pytest --phosphene-report FOLDER` wrote"
        raise ConfigError(f"the record can't be read: {error.strerror}", place=str(file), cure=cure) from error
    try:
        run = Run.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        place = f"{file}, {where}" if where else str(file)
        raise ConfigError(f"no record of a run: {first['msg']}", place=place) from error
    unknown = sorted({test.rig for test in run.tests} - run.rigs.keys())
    if unknown:
        raise ConfigError(f"tests of a rig that it does not describe: {', '.join(unknown)}", place=str(file))
    return run
