# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench moment`: how long people wait for pixels, what a tick costs, and how the device starts and grows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final

from phosphene.console.settings import PanelName
from phosphene_tools.bench.figures import heading
from phosphene_tools.bench.moment_process import a_place
from phosphene_tools.bench.moment_screen import frames_per_second
from phosphene_tools.bench.moment_session import a_session
from phosphene_tools.bench.moment_start import first_frames
from phosphene_tools.bench.moment_tasks import tick_ms_by_tasks

SIZES: Final[tuple[PanelName, ...]] = ("320x240", "512x384")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: seconds of the session, of each screen at each size; how often the device is started."""

    session_s: float = 600.0
    screen_s: float = 5.0
    starts: int = 5


QUICK: Final = Extent(24.0, 1.5, 2)


async def run(extent: Extent, seed: int = 1) -> dict[str, Any]:
    """Return all figures.

    `word_to_pixels_ms` is from a word's last sample to the first frame with it on a page, `commit_to_pixels_ms` from
    the last sample of the hop in which the utterance ended to the first frame of what came of it, `touch_to_pixels_ms`
    from a page's touch to the first frame of another scene on it. `tick_overhead` is the share of the ticks' processor
    time in which no network ran (`moment_ticks`); `fps` counts new scenes, `fps_values` new values in one scene;
    `rss_mb` is device and broker at their largest; `tick_ms_by_tasks` are the loop's stages while there are words to
    think about; `first_frame_s` is from the start of the process to a frame on a page.
    """
    before = heading()
    with a_place() as place:
        start = await first_frames(place, extent.starts)
    with a_place() as place:
        session = await a_session(place, extent.session_s, seed)
    rates = {panel: await frames_per_second(panel, extent.screen_s) for panel in SIZES}
    growth = await tick_ms_by_tasks(session.moments, session.dictionary.tasks)
    return {
        **before,
        "load_1min_after": round(os.getloadavg()[0], 2),
        **session.figures,
        "fps": {panel: round(new, 1) for panel, (new, _) in rates.items()},
        "fps_values": {panel: round(values, 1) for panel, (_, values) in rates.items()},
        **growth,
        **start,
    }
