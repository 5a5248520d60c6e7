# SPDX-License-Identifier: Apache-2.0
"""States that last, most of them of a device that can't do all that it should: what it says when one begins, and when
it is over.
"""

from __future__ import annotations

from typing import Final

from phosphene.sound.chimes import Chime

BEGINS: Final = {
    Chime.LOST_BOARD: "The board does not answer. I show no values until it does.",
    Chime.RESET_BOARD: "The board has restarted.",
    Chime.DEAF: "I can't hear you. You can touch the screen.",
    Chime.BLIND: "I can't see you, so a spoken yes doesn't count.",
    Chime.OVERLOADED: "I am slow at the moment.",
    Chime.STALLED: "My accelerator has stopped. I go on, but slowly.",
    Chime.MUTED: "Camera and microphone are off.",
}
"""A chime that is here stands for a state that lasts; what it means nobody has to learn."""

ENDS: Final = {
    Chime.LOST_BOARD: "The board answers again.",
    Chime.RESET_BOARD: "The board is ready.",
    Chime.DEAF: "I can hear you again.",
    Chime.BLIND: "I can see you again.",
    Chime.OVERLOADED: "I am as quick as usual again.",
    Chime.STALLED: "My accelerator works again.",
    Chime.MUTED: "Camera and microphone are on again.",
}
