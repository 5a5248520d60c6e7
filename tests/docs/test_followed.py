# SPDX-License-Identifier: Apache-2.0
"""That what is wrong in a page would be found: the tests of these tests."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.docs import grammar, snippets
from tests.docs.commands import Command, of, without_comment
from tests.docs.pages import Fence
from tests.docs.reader import Reader
from tests.docs.shown import pattern

SHOWN = """\
up in 3.5 ms at /dev/pts/3
  files    /tmp/phosphene-sim-x1y2/flash
…
  again    /tmp/phosphene-sim-x1y2/line
value=0.30
"""


def printed(folder: str = "ab", again: str = "ab", value: str = "0.30", between: str = "any\nthing\n") -> str:
    """A run of what SHOWN shows."""
    return (
        f"up in 12 ms at /dev/pts/17\n  files    /var/tmp/phosphene-sim-{folder}/flash\n{between}"
        f"  again    /var/tmp/phosphene-sim-{again}/line\nvalue={value}\n"
    )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (printed(), True),
        (printed(between=""), True),
        (printed(value="0.31"), False),
        (printed(again="cd"), False),
        (printed() + "more\n", False),
        (printed().replace("up in", "up  in"), False),
    ],
)
def test_a_transcript_is_held_to_the_letter_but_for_what_varies(text: str, same: bool) -> None:
    assert bool(pattern(SHOWN).match(text)) is same


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("phosphene keys list        name, kind", "phosphene keys list"),
        ("phosphene sim   # a board", "phosphene sim"),
        ("phosphene sim # a board", "phosphene sim"),
        ("# only a comment", ""),
        ("sed -i 's/a  # b/c/' file", "sed -i 's/a  # b/c/' file"),
    ],
)
def test_a_comment_is_no_part_of_a_command(line: str, command: str) -> None:
    assert without_comment(line) == command


def test_a_synopsis_has_a_form_for_each_alternative() -> None:
    command = Command("page.md", 1, "phosphene models check [NAME|FILE.tflite]... [--accelerator KIND[:PYTHON]]")
    assert command.plain == "phosphene models check"
    assert command.forms == [
        "phosphene models check NAME --accelerator KIND:PYTHON",
        "phosphene models check FILE.tflite --accelerator KIND:PYTHON",
    ]


def test_a_block_of_two_commands_and_of_a_transcript() -> None:
    found = of(Fence("page.md", 7, "", "make run \\\n  setup\n\nmkdir a  # so\nfor a in b; do\n  ls $a\ndone\n"))
    assert [(command.line, command.text, command.shown) for command in found] == [
        (8, "make run setup", None),
        (11, "mkdir a", None),
        (12, "for a in b; do ls $a done", None),
    ]
    (shown,) = of(Fence("page.md", 7, "", "$ echo a\na\n"))
    assert (shown.text, shown.shown) == ("echo a", "a\n")


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("phosphene call --list crypto", True),
        ("phosphene call --lost crypto", False),
        ("phosphene bords list", False),
        ("phosphene run --panel 320x200", False),
        ("phosphene run --for soon", False),
        ("phosphene keys new", False),
        ("pytest hil/suites --phosphene-seed 3", True),
        ("pytest hil/suites --phosphene-seat 3", False),
        ("pytest hil/suites/test_0_nothing.py", False),
        ("make help", True),
        ("make nothing", False),
    ],
)
def test_a_command_with_a_mistake_is_not_taken(text: str, taken: bool, pytester: pytest.Pytester) -> None:
    assert (grammar.refusal(text, pytester) == "") is taken


def test_a_command_that_is_only_mentioned_may_lack_what_it_needs(pytester: pytest.Pytester) -> None:
    assert grammar.refusal("phosphene keys new", pytester, unfinished=True) == ""
    assert grammar.refusal("phosphene keys new --kund", pytester, unfinished=True)


def test_a_reader_tells_what_goes_otherwise(tmp_path: Path) -> None:
    with Reader("docs/keys.md") as reader:
        assert reader.do(Command("page.md", 1, "mkdir a")) == ""
        assert "ends with" in reader.do(Command("page.md", 2, "mkdir a"))
        assert "prints" in reader.do(Command("page.md", 3, "ls", "b\n"))
        assert "is not run" in reader.do(Command("page.md", 4, "BLOCKED by something"))


def test_figures_beside_an_expression_are_held_against_its_value() -> None:
    def follow(comment: str) -> None:
        block = Fence("page.md", 1, "python", f"await given(2)  # {comment}\nprint(40 + 2)  # 42\n")
        asyncio.run(snippets.run(snippets.prepared(block, {}), {"given": twice}))

    async def twice(number: int) -> str:
        return f"value={2 * number}.50"

    follow("value 4.50, exact")
    with pytest.raises(AssertionError, match=r"4\.51"):
        follow("value 4.51")
