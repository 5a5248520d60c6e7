# SPDX-License-Identifier: Apache-2.0
"""The teacher's taste in theme, colours, type and decoration, by light, urgency, intent and eyes."""

from __future__ import annotations

import numpy as np

from phosphene.painter import tokens as words
from phosphene.painter.arrange import Tokens
from phosphene.painter.page import Page
from phosphene.painter.placement import DecorationKind, Theme
from phosphene.painter.scene import ColourVision, Intent, Urgency
from recipes.composer.chance import one_of, weighted

# Twelfths of the hue circle that warn, and those that say that all is well.
WARM = (0, 1, 2)
COOL = (4, 5, 6)
_MOOD = {
    Intent.GREET: (DecorationKind.HILLS, DecorationKind.RINGS, DecorationKind.ARCS),
    Intent.ALARM: (DecorationKind.RAYS, DecorationKind.STRIPES),
    Intent.REFUSE: (DecorationKind.STRIPES, DecorationKind.RAYS),
    Intent.PROGRESS: (DecorationKind.ARCS, DecorationKind.RINGS),
}


def draw_look(rng: np.random.Generator, page: Page, tokens: Tokens) -> None:
    """Write the tokens of look."""
    scene = page.scene
    urgent, notice = scene.urgency is Urgency.URGENT, scene.urgency is Urgency.NOTICE
    light = scene.context.light
    dark = rng.random() < min(0.97, max(0.04, 1.25 - 1.5 * light))
    extreme = scene.context.colour_vision is ColourVision.HIGH_CONTRAST or rng.random() < (0.12 if urgent else 0.05)
    theme = (Theme.BLACK if extreme else Theme.DARK) if dark else (Theme.WHITE if extreme else Theme.LIGHT)
    hue = int(rng.integers(12))
    if urgent and rng.random() < 0.85:
        accent = one_of(rng, WARM)
        hue = accent if rng.random() < 0.4 else hue
    elif scene.intent is Intent.CONFIRM and rng.random() < 0.4:
        accent = one_of(rng, COOL)
    else:
        # Kin, complement, or split complement.
        accent = (hue + one_of(rng, (0, 1, 4, 6, 7, 8))) % 12
    vivid = int(
        rng.choice(
            4, p=(0.02, 0.08, 0.25, 0.65) if urgent else (0.1, 0.3, 0.4, 0.2) if notice else (0.3, 0.4, 0.25, 0.05)
        )
    )
    kinds = _MOOD.get(scene.intent, tuple(DecorationKind)[1:])
    decoration = DecorationKind.NONE if rng.random() < 0.35 else kinds[int(rng.integers(len(kinds)))]
    chosen = {
        "theme": theme,
        "hue": hue,
        "accent": accent,
        "vivid": vivid,
        "font": rng.integers(words.FONTS),
        "small_unit": rng.random() < 0.65,
        "label_ink": rng.random() < (0.35 if urgent else 0.2),
        "title_ink": weighted(rng, (0.15, 0.8, 0.05) if urgent else (0.35, 0.45, 0.2)),
        "decoration": decoration,
        "decoration_x": rng.integers(words.DECORATION_X),
        "decoration_y": rng.integers(words.DECORATION_Y),
        "decoration_size": rng.integers(len(words.DECORATION_SIZES)),
    }
    for name, value in chosen.items():
        tokens[words.PAGE[name]] = int(value)
