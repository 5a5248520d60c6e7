# SPDX-License-Identifier: Apache-2.0
"""The page: it stands alone, shows every rung, lets nothing in a record run or leave, and fits a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from phosphene_hil.report.folder import RecordFolder
from phosphene_hil.report.page import page
from phosphene_hil.report.record import Attempt, Run
from phosphene_tools.cli import build
from tests.console.browser import chromium
from tests.hil.test_report_parts import many, one, run_of

pytestmark = pytest.mark.timeout(300)  # against hanging: a browser on busy cores takes its time
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


class Elements(HTMLParser):
    """Every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, {name: value or "" for name, value in attrs}))


def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two records with logs and a frame: a simulator's, and an emulator's in which something failed."""
    simulator = RecordFolder(tmp_path / "sim")
    run = run_of("simulator", many([1.0, 1.5, 2.0, 9.0], work=True, most=5.0), one("6a1f", same=True))
    attempt = run.tests[0].attempts[0]
    pixels = np.zeros((120, 160, 3), np.uint8)
    attempt.pictures.append(simulator.picture(run.tests[0].node, "the kettle", pixels))
    (tmp_path / "sim" / "logs").mkdir()
    (tmp_path / "sim" / "logs" / "it.log").write_text("   0.001 s  frame  → CALL\n" * 500, encoding="utf-8")
    attempt.log, attempt.log_lines = "logs/it.log", 500
    simulator.save(run.sealed())
    emulator = RecordFolder(tmp_path / "emu")
    broken = run_of("emulator", many([8.0, 12.0], work=True, most=5.0), one("6a20", same=True))
    failed = Attempt(outcome="failed", cause="assertion", reason=HOSTILE, text=HOSTILE, log="../../etc/passwd")
    broken.tests[0].attempts.insert(0, failed)
    never = broken.tests[0].model_copy(deep=True, update={"node": "hil/suites/test_9_new.py::test_new"})
    never.attempts = [Attempt()]
    broken.tests.append(never)
    emulator.save(broken)
    return tmp_path / "sim", tmp_path / "emu"


@pytest.fixture
def written(tmp_path: Path) -> str:
    """The page of both, made by the command."""
    arguments = ["hil", "report", *map(str, folders(tmp_path)), "-o", str(tmp_path / "report.html")]
    result = CliRunner().invoke(build(arguments), arguments)
    assert result.exit_code == 0, result.output
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_it_needs_nothing_from_elsewhere_and_its_links_lead_somewhere(written: str) -> None:
    elements = Elements(written).all
    tags = {tag for tag, _ in elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "form"}
    sources = [attrs["src"] for _, attrs in elements if "src" in attrs]
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not [name for _, attrs in elements for name in attrs if name.startswith("on")], "no handler may run"
    targets = {attrs["id"] for _, attrs in elements if "id" in attrs}
    links = [attrs["href"] for tag, attrs in elements if tag == "a"]
    assert links
    assert all(link.removeprefix("#") in targets for link in links)
    assert not re.search(r"https?://|@import|url\(", written)
    policy = next(attrs["content"] for _, attrs in elements if attrs.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy


def test_every_rung_has_its_column_and_everything_is_told(written: str) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", written))
    for words in (
        "emulated Cortex-M3",
        "No run of this rung is in this page",
        "no figure",
        "differs from the others",
        "outside its budget",
        "passed at a later try",
        "unfinished",
        "the last 40 of 500 lines",
        "pytest hil/suites/test_2_line.py --phosphene-rig=it",
        "6 × simulator",
        "the kettle",
    ):
        assert words in text, words


def test_what_a_record_says_is_text_and_no_file_outside_it_is_read(written: str) -> None:
    assert "&lt;script&gt;alert(1)" in written
    assert "root:" not in written


def test_a_run_without_any_test_has_a_page_too() -> None:
    assert "No test told a figure" in page([(Run(began="2026-11-23T09:00:00Z"), Path())])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits_a_phone_and_is_read_without_javascript(
    browser: Browser, tmp_path: Path, written: str, width: int
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    try:
        shown = context.new_page()
        asked: list[str] = []
        shown.on("request", lambda request: asked.append(request.url))
        shown.set_content(written)
        session = context.new_cdp_session(shown)
        size = session.send("Page.getLayoutMetrics")["cssContentSize"]
        assert size["width"] <= width, "it must be pushed sideways"
        assert shown.get_by_text("passed at a later try").first.is_visible()
        assert [url for url in asked if not url.startswith(("data:", "about:"))] == []
    finally:
        context.close()
