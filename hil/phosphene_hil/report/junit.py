# SPDX-License-Identifier: Apache-2.0
"""JUnit XML of a record: every attempt, the cause class and the figures are in it.

Attempts that failed before the one that counts are `flakyFailure` (it passed) or `rerunFailure` (it did not), as
Maven Surefire writes them. What was blocked is skipped, with `blocked` as its type: nothing was found wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from phosphene_hil.report import words
from phosphene_hil.report.record import RUNGS, Case, Run

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def properties(case: Case) -> list[tuple[str, object]]:
    """Return what pytest's own `--junitxml` shall tell of a test, too."""
    told: list[tuple[str, object]] = [("attempts", len(case.attempts)), ("outcome", case.outcome)]
    if case.cause:
        told.append(("cause", case.cause))
    return told + [(f"measured: {figure.name}", words.figure(figure)) for figure in case.last.measured]


def document(runs: Sequence[Run]) -> str:
    """Return the XML: one suite for each rig of each run."""
    root = Xml.Element("testsuites", name="phosphene bench")
    for run in runs:
        for rig in run.rigs:
            cases = [case for case in run.tests if case.rig == rig]
            if cases:
                _suite(root, run, rig, cases)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _suite(root: Xml.Element, run: Run, rig: str, cases: Sequence[Case]) -> None:
    outcomes = [case.outcome for case in cases]
    counts = {
        "tests": len(cases),
        "failures": outcomes.count("failed"),
        "errors": outcomes.count("unfinished"),
        "skipped": outcomes.count("skipped") + outcomes.count("blocked"),
    }
    seconds = sum(attempt.seconds for case in cases for attempt in case.attempts)
    suite = Xml.SubElement(root, "testsuite", name=rig, timestamp=run.began, time=f"{seconds:.3f}")
    suite.attrib |= {name: str(count) for name, count in counts.items()}
    seen = run.rigs[rig]
    told = {
        "rung": RUNGS[seen.rung],
        "micro-controller": seen.mcu,
        "firmware": seen.firmware,
        "dictionary": seen.dictionary,
        "micropython": seen.micropython,
        "phosphene": run.versions.phosphene,
        "python": run.versions.python,
        "host": run.versions.host,
    }
    _properties(suite, {name: value for name, value in told.items() if value}.items())
    for case in cases:
        _case(suite, case)


def _case(suite: Xml.Element, case: Case) -> None:
    file = case.node.partition("::")[0]
    seconds = sum(attempt.seconds for attempt in case.attempts)
    element = Xml.SubElement(
        suite,
        "testcase",
        classname=_clean(file.removesuffix(".py").replace("/", ".")),
        name=_clean(case.name),
        file=_clean(file),
        time=f"{seconds:.3f}",
    )
    _properties(element, properties(case))
    last = case.last
    if last.outcome == "failed":
        _text(Xml.SubElement(element, "failure", type=last.cause, message=_clean(last.reason)), last.text)
    elif last.outcome in ("skipped", "blocked"):
        kind = "blocked" if last.outcome == "blocked" else last.cause
        Xml.SubElement(element, "skipped", type=kind, message=_clean(last.reason))
    elif last.outcome == "unfinished":
        Xml.SubElement(element, "error", type="unfinished", message="the run ended while this test was at work")
    again = "flakyFailure" if last.outcome == "passed" else "rerunFailure"
    for attempt in case.attempts[:-1]:
        if attempt.outcome == "failed":
            _text(Xml.SubElement(element, again, type=attempt.cause, message=_clean(attempt.reason)), attempt.text)
    if last.log:
        Xml.SubElement(element, "system-out").text = f"[[ATTACHMENT|{last.log}]]"


def _properties(element: Xml.Element, told: Iterable[tuple[str, object]]) -> None:
    holder = Xml.SubElement(element, "properties")
    for name, value in told:
        Xml.SubElement(holder, "property", name=_clean(str(name)), value=_clean(str(value)))


def _text(element: Xml.Element, text: str) -> None:
    element.text = _clean(text)


def _clean(text: str) -> str:
    """Return `text` without the characters that XML has no place for."""
    return _ILLEGAL.sub("\ufffd", text)
