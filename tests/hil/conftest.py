# SPDX-License-Identifier: Apache-2.0
"""Runs pytest inside pytest, with the bench's plug-in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

import phosphene
import phosphene_hil
import phosphene_tools

ROOTS = [str(Path(package.__file__ or "").parent.parent) for package in (phosphene, phosphene_tools, phosphene_hil)]

Bench = Callable[..., pytest.RunResult]


@pytest.fixture
def bench(pytester: pytest.Pytester) -> Bench:
    """Run the text of a test file at the bench, in a process of its own; options follow it."""

    def run(text: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(f"import asyncio\nimport pytest\n\n{dedent(text)}")
        pytester.makeini("[pytest]\naddopts = --strict-markers -ra\nfilterwarnings = error\ntimeout = 40\n")
        code = (
            "import sys; sys.path[:0] = sys.argv.pop(1).split('|'); import pytest; sys.exit(pytest.main(sys.argv[1:]))"
        )
        plugin = ["-p", "phosphene_hil.plugin", "-p", "no:cacheprovider"]
        return pytester.run(sys.executable, "-c", code, "|".join(ROOTS), *plugin, *options)

    return run
