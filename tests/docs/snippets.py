# SPDX-License-Identifier: Apache-2.0
"""Runs a Python block of a page, and holds the figures in its comments against what comes of it."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from typing import Any

from tests.docs.pages import Fence

_COMMENT = re.compile(r"#\s*(.*)$")
_FIGURE = re.compile(r"-?\d[\d.,:-]*\d|\d")


def prepared(fence: Fence, instead: dict[str, str]) -> Any:
    """Compile a block, with what `instead` says in place of devices that aren't here.

    Raises SyntaxError. It may await; a line that has a value and a comment gives both to `claimed`.
    """
    source = fence.content
    for written, meant in instead.items():
        source = source.replace(written, meant)
    tree = ast.parse(source)
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and node.end_lineno and (said := _COMMENT.search(lines[node.end_lineno - 1])):
            node.value = ast.Call(ast.Name("claimed", ast.Load()), [node.value, ast.Constant(said[1])], [])
    ast.increment_lineno(tree, fence.line)
    return compile(ast.fix_missing_locations(tree), fence.page, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def claimed(value: object, comment: str) -> None:
    """Every figure of a comment stands in the value, or in what was printed. What has no value claims none."""
    if value is not None:
        missing = [figure for figure in _FIGURE.findall(comment) if figure not in str(value)]
        assert not missing, f"{value} where the page says: {comment}"


def printed(*values: object) -> str:
    """`print`, which returns what it printed."""
    text = " ".join(map(str, values))
    print(text)
    return text


async def run(code: Any, given: dict[str, Any]) -> None:
    """Run a compiled block with the names `given`: in this loop if it awaits, else in a thread, for it may block."""
    names = {"claimed": claimed, "print": printed} | given
    if code.co_flags & inspect.CO_COROUTINE:
        await eval(code, names)
    else:
        await asyncio.to_thread(eval, code, names)
