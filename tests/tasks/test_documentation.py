# SPDX-License-Identifier: Apache-2.0
"""The example of docs/tasks.md, followed to the letter."""

from __future__ import annotations

import asyncio
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from phosphene.errors import OutOfRange, Refused
from phosphene_tools.firmware_image import rules
from phosphene_tools.new_task import trial_board

PAGE = (Path(__file__).parents[2] / "docs" / "tasks.md").read_text(encoding="utf-8")
FILE = re.search(r"Save this as `([a-z_]+\.py)`", PAGE)
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_one_file_of_at_most_twenty_lines_and_works_as_the_page_says(tmp_path: Path) -> None:
    assert FILE
    example, call = BLOCKS[0], BLOCKS[1]
    assert len(example.splitlines()) <= 20
    task = tmp_path / FILE[1]
    task.write_text(example, encoding="utf-8")
    assert "assert" in call
    body: dict[str, Any] = {}
    exec(compile(f"async def follow(mcu):\n{textwrap.indent(call, '    ')}", "docs/tasks.md", "exec"), body)

    async def run() -> None:
        async with trial_board(task) as mcu:
            await body["follow"](mcu)
            with pytest.raises(Refused, match="it boils already"):
                await mcu.call("kettle.seconds", ml=1, celsius=100)
            with pytest.raises(OutOfRange):
                await mcu.call("kettle.seconds", ml=0, celsius=20)

    asyncio.run(run())


def test_the_page_names_every_key_with_its_default_and_every_kind() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \((.*?)\) \|", PAGE, re.MULTILINE))
    said = {"none": [], "empty": ""}
    defaults = {key: said[text] if text in said else _value(text) for key, text in rows.items()}
    assert defaults == rules.DEFAULTS
    kinds = {kind for row in re.findall(r"^\| ((?:`\w+` ?)+) \|", PAGE, re.MULTILINE) for kind in row.split()}
    assert {kind.strip("`") for kind in kinds} == rules.KINDS


def _value(text: str) -> object:
    text = text.strip("`")
    if text in ("True", "False"):
        return text == "True"
    return int(text) if text.isdigit() else text.strip('"')
