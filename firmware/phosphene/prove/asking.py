# SPDX-License-Identifier: Apache-2.0
"""Values that stay on the screen are asked for again and again; what isn't answered ages, is struck, and goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from phosphene.errors import Late, LinkLost, OutcomeUnknown
from phosphene.painter.scene import Fact

ASK_S: Final = 1.0
"""How often."""
ANSWER_S: Final = 0.5
"""How long a board may take to answer: all calls that a value takes, together."""
RETRY_S: Final = 0.05
"""How soon a board that didn't answer is asked again, so that what it told is struck in time."""
VANISH_S: Final = 3.0
"""A value that couldn't be asked for during this time is taken away."""


async def keep_asking(
    ask: Callable[[], Awaitable[list[Fact]]], tell: Callable[[list[Fact] | None], None], every_s: float = ASK_S
) -> None:
    """Ask and tell for ever; what says the same is not told again. None is told when what was known is too old.

    Raises what `ask` raises, but for a board that doesn't answer.
    """
    facts: list[Fact] = []
    said: list[str] | None = None
    asked = time.monotonic()
    while True:
        began, pause = time.monotonic(), every_s
        try:
            async with asyncio.timeout(ANSWER_S):
                facts = await ask()
            asked = began
            if said != (said := [fact.value for fact in facts]):
                tell(facts)
        except (TimeoutError, LinkLost, Late, OutcomeUnknown):
            said, pause = None, RETRY_S
            age = time.monotonic() - asked
            tell([replace(fact, age_s=age) for fact in facts] if age <= VANISH_S else None)
        await asyncio.sleep(max(RETRY_S, began + pause - time.monotonic()))
