# SPDX-License-Identifier: Apache-2.0
"""What a person at the console may wish of the screen: panel, distance, light, hand, colours, urgency."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from phosphene.painter.panel import Panel
from phosphene.painter.scene import ColourVision, Hand, Scene, Urgency

PanelName = Literal["160x120", "320x240", "512x384", "800x480"]
PANELS: Final[dict[PanelName, Panel]] = {
    "160x120": Panel(160, 120, 35.0),
    "320x240": Panel(320, 240, 58.0),
    "512x384": Panel(512, 384, 104.0),
    "800x480": Panel(800, 480, 154.0),
}


class Settings(BaseModel):
    """The wishes; `urgency` None leaves it to the scene."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    panel: PanelName = "320x240"
    distance_cm: float = Field(default=60.0, ge=20, le=600)
    light: float = Field(default=0.5, ge=0, le=1)
    hand: Hand = Hand.NONE
    colour_vision: ColourVision = ColourVision.USUAL
    urgency: Urgency | None = None

    def applied(self, scene: Scene, look: int) -> Scene:
        """Return `scene` in this context, with the seed of its `look`-th look."""
        context = replace(
            scene.context,
            distance_cm=self.distance_cm,
            light=self.light,
            hand=self.hand,
            colour_vision=self.colour_vision,
        )
        seed = (scene.seed + look * _STRIDE) & 0xFFFF_FFFF
        return replace(scene, context=context, seed=seed, urgency=self.urgency or scene.urgency)


# Odd, so that 2^32 looks pass before one comes again; far apart, so that neighbours share no low bits.
_STRIDE: Final = 0x9E37_79B1
