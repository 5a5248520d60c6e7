# SPDX-License-Identifier: Apache-2.0
"""The wheel carries everything: the tools run from it with no checkout beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_tools_run_from_the_wheel(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, capture_output=True, timeout=50, check=True)
    [wheel] = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)

    code = (
        "from phosphene_tools import places, cli\n"
        "assert places.checkout() is None\n"
        "assert (places.coprocessor() / 'main.py').is_file()\n"
        "cli.main()"
    )
    # -P -S and only the wheel's packages before the environment's: the checkout must not be found.
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *libraries])}
    done = subprocess.run(
        [sys.executable, "-P", "-S", "-c", code, "boards", "list"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    assert "rig  sim " in done.stdout


def test_carried_software_is_named_in_the_notice() -> None:
    [pip] = (ROOT / "tools" / "pip").glob("*.whl")
    assert f"tools/pip/{pip.name}" in (ROOT / "NOTICE").read_text()
