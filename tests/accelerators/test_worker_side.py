# SPDX-License-Identifier: Apache-2.0
"""What runs in a worker must run under interpreters that are older than ours, with packages that we don't choose."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import phosphene.accelerators as accelerators

FILES = sorted((Path(accelerators.__file__).parent / "worker_side").glob("*.py"))
NEWER = {"strict"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_parses_under_python_3_9_and_uses_no_newer_argument(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"), feature_version=(3, 9))
    assert any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    used = {keyword.arg for node in ast.walk(tree) if isinstance(node, ast.Call) for keyword in node.keywords}
    assert not used & NEWER


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_imports_nothing_but_the_standard_library_numpy_and_its_neighbours(file: Path) -> None:
    neighbours = {one.stem for one in FILES}
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = {alias.name.split(".")[0] for alias in node.names}
            assert names <= sys.stdlib_module_names | {"numpy"}
        elif isinstance(node, ast.ImportFrom) and node.level:
            assert node.module in neighbours
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] in sys.stdlib_module_names


def test_all_of_it_was_looked_at() -> None:
    assert {"serve.py", "messages.py", "litert_runtime.py", "rknn_runtime.py"} <= {file.name for file in FILES}
