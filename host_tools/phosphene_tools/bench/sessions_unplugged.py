# SPDX-License-Identifier: Apache-2.0
"""The line is cut: what stands on the screen after the time by which it must be gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from phosphene.prove.asking import VANISH_S
from phosphene.prove.telling import SILENT_S
from phosphene_tools.bench.sessions_seat import Seat
from phosphene_tools.bench.sessions_shown import Screenshot

CUTS: Final = ("pulled", "silent")
"""The cable is pulled, which the host sees at once; or frames go nowhere, and nobody is told."""
PAINT_S: Final = 0.75
"""From a tick to its frame on a busy machine."""
DEADLINE_S: Final = {"pulled": 0.25 + PAINT_S, "silent": VANISH_S + PAINT_S}
"""By when a value must be gone. A process's last word may stand longer: `SILENT_S`."""
_WATCHED_S: Final = {"pulled": 2.5, "silent": SILENT_S + PAINT_S + 1.5}
_BACK_S: Final = 12.0
_AFTERWARDS_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Cut:
    """`stood` is how many values the screen held when the line was cut, `gone_ms` after how long none did any more,
    `values_shown` how many held on after their deadline.
    """

    stood: int
    gone_ms: float
    values_shown: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def standing(shots: Sequence[Screenshot], after_s: float, until_s: float) -> list[Screenshot]:
    """Return the screens that stood at some time in between, the one before `after_s` among them."""
    before = [shot for shot in shots if shot.at_s <= after_s]
    return [*before[-1:], *(shot for shot in shots if after_s < shot.at_s < until_s)]


def judged(shots: Sequence[Screenshot], cut_s: float, until_s: float, deadline_s: float, process: bool) -> Cut:
    """Return what became of the values that stood there at `cut_s`, on screens until `until_s`.

    A `process` has a deadline of its own. Values are counted once each, by their keys.
    """
    deadline_s = max(deadline_s, SILENT_S + PAINT_S) if process else deadline_s
    held = [shot for shot in standing(shots, cut_s, cut_s + 1e-3)[-1:] if shot.values]
    late = {node.key for shot in standing(shots, cut_s + deadline_s, until_s) for node in shot.values}
    empty = [shot.at_s for shot in shots if shot.at_s > cut_s and not shot.values]
    last = max((shot.at_s for shot in standing(shots, cut_s, until_s) if shot.values), default=cut_s)
    gone = next((at for at in empty if at > last), until_s)
    return Cut(len(held[0].values) if held else 0, 1000 * (gone - cut_s), len(late))


async def cut_off(here: Seat, how: str) -> Cut:
    """Cut the line, watch the screen, mend it, and wait until the board answers again."""
    shown = here.moment.dialogue.shown if here.moment is not None else None
    process = here.moment is not None and bool(here.moment.dialogue.running) and shown is not None
    cut_s = time.monotonic()
    if how == "pulled":
        await here.board.pull_cable()
    else:
        here.wire.cut = True
    await asyncio.sleep(_WATCHED_S[how])
    until_s = time.monotonic()
    if how == "pulled":
        await here.board.plug_cable()
    else:
        here.wire.cut = False
    await here.until(lambda moment: moment.sensed.board, _BACK_S)
    await asyncio.sleep(_AFTERWARDS_S)
    return judged(here.shots, cut_s, until_s, DEADLINE_S[how], process and how == "silent")
