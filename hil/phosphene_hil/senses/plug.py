# SPDX-License-Identifier: Apache-2.0
"""A sensor under test: how it is opened, and its plug where the bench has that in its hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Plug(Protocol):
    """The plug of a sensor. Both return when the world is so; what the driver makes of it is under test."""

    def pull(self) -> None:
        """Take the sensor away, as it is, while it is open."""
        ...

    def put_back(self) -> None:
        """Bring it back."""
        ...


@dataclass(frozen=True)
class UnderTest:
    """A sensor as `phosphene run` takes it, and its plug; None where nobody can pull it."""

    spec: str
    plug: Plug | None = None
