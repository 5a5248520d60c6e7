# SPDX-License-Identifier: Apache-2.0
"""Who is told what is perceived: the pages, and whoever answers what a person says."""

from __future__ import annotations

from typing import Any, Protocol

from phosphene.senses.perceived import Looked, Perceived
from phosphene.senses.senses import Owner
from phosphene.senses.utterance import Utterance


class Answers(Protocol):
    """Takes what a person says."""

    async def said(self, utterance: Utterance, shown_s: float | None) -> str:
        """Do what was said, and return in words what came of it.

        `shown_s` is since when the wished scene is on the screen, on the host's monotonic clock; None if it isn't.
        """
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
