# SPDX-License-Identifier: Apache-2.0
"""What the README shows is what works."""

from __future__ import annotations

import json
import re
from pathlib import Path

from phosphene_tools.cli import VERBS
from phosphene_tools.firmware_image import read_tasks

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_task_that_the_readme_shows_is_one(tmp_path: Path) -> None:
    source = re.search(r"```python\n(from refusal.*?)```", README, re.S)
    assert source is not None
    (tmp_path / "dilute.py").write_text(source[1])
    assert len(source[1].splitlines()) <= 20, "a whole task in twenty lines"
    (task,) = read_tasks(tmp_path)
    assert task.name == "dilute.water"
    assert json.dumps(task.entry)


def test_every_command_of_the_readme_exists() -> None:
    verbs = re.findall(r"^phosphene (\w+)", README, re.M)
    assert len(verbs) > 5
    assert set(verbs) <= VERBS.keys()


def test_every_page_that_the_readme_names_is_there() -> None:
    pages = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(pages) > 8
    assert [page for page in pages if not (ROOT / page).exists()] == []
