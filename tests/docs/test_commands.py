# SPDX-License-Identifier: Apache-2.0
"""Every command that a page shows is taken by its program; what runs in seconds without hardware is run."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.docs import grammar
from tests.docs.commands import Command, commands, without_comment, words
from tests.docs.left_out import LEFT_OUT, row_of
from tests.docs.pages import ROOT, pages
from tests.docs.reader import Reader

SHOWING = sorted({command.page for command in commands()})
RUN = sorted({command.page for command in commands() if not row_of(command)})
CARDS = sorted((ROOT / "models_int8").glob("*/card.toml"))
pytestmark = pytest.mark.timeout(300)  # the command line is imported verb by verb, which takes a busy computer long
_MENTIONED = re.compile(r"(phosphene|make|pytest) [\w-]")


@pytest.mark.parametrize("page", SHOWING)
def test_every_command_is_one_that_its_program_takes(page: str, pytester: pytest.Pytester) -> None:
    wrong = [
        f"{command.place}: {form}: {said}"
        for command in commands()
        if command.page == page
        for form in (command.plain, *command.forms)
        if (said := grammar.refusal(form, pytester))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_command_that_is_mentioned_is_one_that_its_program_takes(pytester: pytest.Pytester) -> None:
    wrong = [
        f"{place}: {text}: {said}"
        for place, text in mentioned()
        if (said := grammar.refusal(text, pytester, unfinished=True))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_that_is_mentioned_is_there() -> None:
    said = [span.text for page in pages() for span in page.spans]
    said += [card.read_text(encoding="utf-8") for card in CARDS]
    modules = {name for text in said for name in re.findall(r"\bpython3? -m ([\w.]+)", text)} - {"venv"}
    assert modules
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_nothing_is_left_out_that_no_page_shows() -> None:
    assert set(LEFT_OUT) == {row for command in commands() if (row := row_of(command))}


def followed(page: str) -> list[str]:
    """Follow a page to its end; return what went otherwise than it says."""
    with Reader(page) as reader:
        return [said for step in reader.steps() if (said := reader.do(step))]


@pytest.fixture(scope="module")
def readers(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[list[str]]]]:
    """Readers of the pages that are asked for, two at a time: they wait for programs, and hardly ever work."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    asked = {item.callspec.params["page"] for item in items if "readers" in item.fixturenames}
    with ThreadPoolExecutor(2) as pool:
        yield {page: pool.submit(followed, page) for page in RUN if page in asked}
        pool.shutdown(cancel_futures=True)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_do_what_it_says(page: str, readers: dict[str, Future[list[str]]]) -> None:
    ahead = readers.pop(page, None)
    wrong = followed(page) if ahead is None else ahead.result()  # another try follows it anew
    assert not wrong, "\n".join(wrong)


def mentioned() -> Iterator[tuple[str, str]]:
    """Yield place and text of each command in a sentence or on a model's card, once for each of its alternatives."""
    for card in CARDS:
        yield str(card.relative_to(ROOT)), tomllib.loads(card.read_text(encoding="utf-8"))["recipe"]
    for page in pages():
        for span in page.spans:
            if _MENTIONED.match(span.text) and (text := without_comment(span.text)):
                for form in Command(page.name, span.line, text).forms:
                    yield f"{page.name}:{span.line}", " ".join(word for word in words(form) if word != "…")
