# SPDX-License-Identifier: Apache-2.0
"""What the doctor of a bench says of one net, or of several that are mixed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["fine", "open", "swapped", "misplaced", "shorted", "stuck", "dead", "not tried"]
"""A wire that is not there, two that are exchanged, one on another pin, two that touch, a net that keeps one level, a
switch without effect. ``not tried`` says why; it is no fault."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`nets` by the rig's names, what was seen, and what to do."""

    state: State
    nets: tuple[str, ...]
    said: str
    cure: str = ""

    @property
    def wrong(self) -> bool:
        """Whether somebody has to do something."""
        return self.state not in ("fine", "not tried")
