# SPDX-License-Identifier: Apache-2.0
"""What a rig offers: whether it can be had, and which of the tests fit it. Its worker finds out, the others read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import pytest

from phosphene_hil.rig import UnknownFeature, wired_features
from phosphene_tools.boards import Rig as Wired

State = Literal["there", "silent", "blocked", "lost", "absent"]
"""There and answering; there, but not answering; held by somebody else; gone in the middle of the run; not there."""

Missing = Callable[[str], str]
"""Why a feature is not there, or nothing; see Rig.missing."""


@dataclass(frozen=True)
class Offer:
    """One rig's."""

    rig: str
    state: State
    why: str = ""
    """Why its state is not ``there``."""
    fits: tuple[str, ...] = ()
    """Ids of the tests that it has the features for; where it can't be asked, those that its wiring allows."""

    def leave(self, folder: Path, worker: str) -> None:
        """Write it where `found` looks."""
        (folder / f"{worker}.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    @staticmethod
    def found(folder: Path, worker: str) -> Offer:
        """Return what a worker wrote."""
        told = json.loads((folder / f"{worker}.json").read_text(encoding="utf-8"))
        return Offer(told["rig"], told["state"], told["why"], tuple(told["fits"]))


def at_a_rig(item: pytest.Item) -> bool:
    """Whether a test uses a rig at all."""
    return "rig" in getattr(item, "fixturenames", ())


def fitting(items: Iterable[pytest.Item], missing: Missing) -> tuple[str, ...]:
    """Return the ids of the tests for which nothing is missing."""
    return tuple(item.nodeid for item in items if not at_a_rig(item) or not any(map(missing, _needs(item))))


def by_wiring(wired: Wired) -> Missing:
    """Return what is known to be missing on a rig whose board can't be asked: of bench and firmware nothing."""
    features = wired_features(wired)
    return lambda wanted: "" if features.get(wanted, True) else f"its wiring has no {wanted}"


def forgiving(missing: Missing) -> Missing:
    """Let a test through that asks for what no rig can have: it fails with that reason wherever it runs."""

    def known(wanted: str) -> str:
        try:
            return missing(wanted)
        except UnknownFeature:
            return ""

    return known


def _needs(item: pytest.Item) -> list[str]:
    return [str(word) for marker in item.iter_markers("needs") for word in marker.args]
