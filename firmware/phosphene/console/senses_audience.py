# SPDX-License-Identifier: Apache-2.0
"""Who is told what is perceived: the pages, and the loop."""

from __future__ import annotations

from typing import Any, Protocol

from phosphene.perception.percepts import Heard, Seen
from phosphene.senses.perceived import Looked, Perceived
from phosphene.senses.senses import Owner


class Attends(Protocol):
    """Takes what is perceived, as the device's own: the primary loop."""

    def heard(self, hops: tuple[Heard, ...]) -> None:
        """Take what was heard."""
        ...

    def seen(self, seen: Seen) -> None:
        """Take what was seen."""
        ...


class SensesPage(Owner, Protocol):
    """A page that shows the senses. What is told in one call mustn't block."""

    def tell(self, told: Perceived) -> None:
        """Take what was perceived."""
        ...

    def put(self, message: dict[str, Any]) -> None:
        """Take a message for the page."""
        ...

    def camera_picture(self, jpeg: bytes, looked: Looked) -> None:
        """Take a picture of the device's own camera."""
        ...

    @property
    def draws(self) -> bool:
        """Whether the page has room for such a picture."""
        ...
