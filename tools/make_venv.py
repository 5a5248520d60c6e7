# SPDX-License-Identifier: Apache-2.0
"""Makes a virtual environment with a current pip, on a Python that lacks ensurepip.

Debian and Ubuntu leave `ensurepip` out of their python3, so `python3 -m venv` fails there unless
another package is installed. This script needs nothing but python3: it makes the environment
without pip and lets the pip wheel that lies in tools/pip install itself, as ensurepip would.

    python3 tools/make_venv.py .venv
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

OLDEST = (3, 11)
WHEELS = Path(__file__).parent / "pip"


def checked_wheel(folder: Path) -> Path:
    """Return the pip wheel that SHA256SUMS names; exits when its bytes are not those."""
    digest, name = (folder / "SHA256SUMS").read_text().split()
    wheel = folder / name
    if not wheel.is_file():
        sys.exit(f"error: the pip wheel is missing — {wheel} — get it back with: git checkout {folder}")
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != digest:
        sys.exit(f"error: SHA-256 is {found}, expected {digest} — {wheel} — do not run it; fetch the file anew")
    return wheel


def main() -> None:
    """Make the environment named on the command line."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.version_info[:2] < OLDEST:
        need = ".".join(map(str, OLDEST))
        sys.exit(
            f"error: this is Python {sys.version.split()[0]}, Phosphene needs {need} or later"
            f" — {sys.executable} — name another with: make PYTHON=python{need}"
        )
    target = Path(sys.argv[1])
    wheel = checked_wheel(WHEELS)
    venv.create(target, with_pip=False, symlinks=sys.platform != "win32", clear=True)
    python = target / "bin" / "python"
    install = [python, wheel / "pip", "install", "--quiet", "--no-index", "--find-links", wheel.parent, "pip"]
    sys.exit(subprocess.run([str(part) for part in install], check=False).returncode)


if __name__ == "__main__":
    main()
