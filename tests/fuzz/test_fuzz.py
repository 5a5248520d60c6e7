# SPDX-License-Identifier: Apache-2.0
"""A short run of the fuzzers, where atheris can be installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="atheris has wheels for x86-64 Linux and Python before 3.14 only")

HERE = Path(__file__).parent


def test_framing_and_session_for_a_few_thousand_inputs(tmp_path: Path) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            HERE / "fuzz_frames.py",
            "-runs=3000",
            "-seed=1",
            "-max_len=600",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "Done 3000 runs" in ran.stderr
