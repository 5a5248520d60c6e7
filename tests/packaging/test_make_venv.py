# SPDX-License-Identifier: Apache-2.0
"""Set-up on a Python without ensurepip, as Debian ships it; and a pip wheel that is not the one we named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A copy of what set-up begins with."""
    copy = tmp_path / "tools"
    shutil.copytree(TOOLS / "pip", copy / "pip")
    shutil.copy(TOOLS / "make_venv.py", copy)
    return copy


def make_venv(tools: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import runpy, sys\n"
        "sys.modules['ensurepip'] = None\n"  # from now on `import ensurepip` fails
        f"sys.argv = ['make_venv.py', {str(tools.parent / 'venv')!r}]\n"
        f"runpy.run_path({str(tools / 'make_venv.py')!r}, run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False)


def test_pip_without_ensurepip(tools: Path) -> None:
    assert make_venv(tools).returncode == 0
    pip = [str(tools.parent / "venv/bin/python"), "-m", "pip", "--version"]
    version = subprocess.run(pip, capture_output=True, text=True, timeout=50, check=True).stdout
    [wheel] = (tools / "pip").glob("*.whl")
    assert version.split()[1] == wheel.name.split("-")[1]


def test_wheel_that_was_changed_is_not_run(tools: Path) -> None:
    [wheel] = (tools / "pip").glob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"x")
    done = make_venv(tools)
    assert done.returncode == 1
    assert done.stderr.startswith("error: SHA-256 is ")
    assert not (tools.parent / "venv").exists()


def test_wheel_that_is_missing(tools: Path) -> None:
    [wheel] = (tools / "pip").glob("*.whl")
    wheel.unlink()
    assert "the pip wheel is missing" in make_venv(tools).stderr
