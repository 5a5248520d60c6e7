# SPDX-License-Identifier: Apache-2.0
"""Where the data that comes with the tools lies: in a checkout, or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def checkout() -> Path | None:
    """Return the root of the source tree that this code runs from, or None when it was installed as a wheel."""
    return _CHECKOUT if (_CHECKOUT / "firmware" / "coprocessor").is_dir() else None


def coprocessor() -> Path:
    """Return the folder whose files are copied to the micro-controller."""
    return _data("coprocessor", in_checkout="firmware/coprocessor")


def boards() -> Path:
    """Return the folder with `sbc`, `mcu` and `rig`."""
    return _data("boards", in_checkout="boards")


def _data(name: str, *, in_checkout: str) -> Path:
    root = checkout()
    return root / in_checkout if root else _PACKAGE / "_data" / name
