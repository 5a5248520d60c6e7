# SPDX-License-Identifier: Apache-2.0
"""Who has the senses and what they are, as one page is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phosphene.senses.perceived import Sense

if TYPE_CHECKING:
    from phosphene.console.sensing import SensesPage, Sensing


def status(sensing: Sensing, page: SensesPage) -> dict[str, Any]:
    """Return what `page` may know: of another visitor's sensors, that they are in use."""
    using = sensing.senses.using
    told: dict[str, Any] = {"type": "senses", "there": True, "who": "", "since_s": 0, "mine": False}
    told |= {"shut": sensing.senses.shut_because} | _privacy(sensing)
    if using is None:
        return told
    told |= {"who": using.name, "since_s": round(using.since_s, 3), "mine": using.owner is page}
    if using.owner not in (None, page):
        return told
    loading = [
        sense
        for sense, sensor in ((Sense.SEEING, using.sensors.camera), (Sense.HEARING, using.sensors.microphone))
        if sensor is not None and sense not in sensing.ready
    ]
    return told | {
        "camera": using.sensors.camera.name if using.sensors.camera else "",
        "microphone": using.sensors.microphone.name if using.sensors.microphone else "",
        "loading": [str(sense) for sense in loading],
        "blind": sensing.ready.get(Sense.SEEING, ""),
        "deaf": sensing.ready.get(Sense.HEARING, ""),
        "follows": dict(sensing.following.on),
    }


def _privacy(sensing: Sensing) -> dict[str, Any]:
    """Who muted them, and their lights: `none` where the rig declares none, empty while the board has said nothing."""
    keeper = sensing.keeper
    if keeper is None:
        return {"muted": "no", "lights": None}
    lights = keeper.lights.told
    return {
        "muted": keeper.who,
        "lights": {
            "camera": lights.camera if lights is not None else "",
            "microphone": lights.microphone if lights is not None else "",
        },
    }
