# SPDX-License-Identifier: Apache-2.0
"""The Python of the pages runs, on one simulated board; tasks are declared as the firmware wants them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene_tools.firmware_image import read_tasks
from tests.broker.desk import run_time_folder
from tests.docs import snippets
from tests.docs.pages import ROOT, Fence, fences
from tests.docs.props import ELSEWHERE, given, instead
from tests.docs.stage import stage

__all__ = ["run_time_folder"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
BLOCKS = [fence for fence in fences("python", "py") if fence.page not in ELSEWHERE]
TASKS = [fence for fence in BLOCKS if "from task import" in fence.content]
BENCH = [fence for fence in BLOCKS if "\nasync def test_" in fence.content]
PLAIN = [fence for fence in BLOCKS if fence not in TASKS and fence not in BENCH]
HANGS_S = 120


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The tasks that the pages show, each in a file as the page names it."""
    paths = [tmp_path_factory.mktemp("task") / (fence.file or "shown.py") for fence in TASKS]
    for path, fence in zip(paths, TASKS, strict=True):
        path.write_text(fence.content, encoding="utf-8")
    return paths


def test_every_task_is_declared_as_it_should(tasks: list[Path]) -> None:
    assert tasks
    assert all(read_tasks(path.parent) for path in tasks)


@pytest.mark.parametrize("block", BENCH, ids=lambda block: block.place)
def test_every_test_of_the_bench_passes(block: Fence, tmp_path: Path) -> None:
    path = tmp_path / "test_shown.py"
    path.write_text(block.content, encoding="utf-8")
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", path]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, timeout=HANGS_S, check=False)
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_everything_else_runs(tasks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for fence in TASKS:
        if fence.file:
            (tmp_path / fence.file).write_text(fence.content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(ROOT))
    assert not (wrong := asyncio.run(wrongs(tasks))), "\n".join(wrong)


async def wrongs(tasks: list[Path]) -> list[str]:
    """Run every block; return where and how one fails."""
    found: list[str] = []
    async with stage(tasks) as there:
        for block in PLAIN:
            try:
                compiled = snippets.prepared(block, instead(there))
                names = given(block.page, there)
                async with asyncio.timeout(HANGS_S):
                    await snippets.run(compiled, names)
            except Exception as error:
                found.append(f"{block.place}: {error!r}")
    return found
