# SPDX-License-Identifier: Apache-2.0
"""What rounding to int8 costs the renderer: its frames, and those of its float32 twin, beside the exact picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from phosphene.painter import gate
from phosphene.painter.composite import frame as exact_frame
from phosphene.painter.render import Renderer
from phosphene_tools.painter import held_out, widget_mask
from phosphene_tools.painter.case import cases
from phosphene_tools.painter.float_twin import InFloat


def int8_loss(seed: int, count: int) -> dict[str, Any]:
    """Return, over `count` held-out frames, what float32 is better by: decibels against the exact picture (all pixels,
    and the widgets' edges), and the share of frames that read right at once.
    """
    renderers = {"int8": Renderer(held_out.PANEL), "float": Renderer(held_out.PANEL, accelerator=InFloat())}
    errors = {name: np.zeros(4) for name in renderers}
    right = dict.fromkeys(renderers, 0)
    frames = 0
    for case in cases(seed, range(count)):
        frames += 1
        arrangement, colours, grid, atlas = case.arrangement, case.colours, case.painted.grid, case.painter.atlas
        exact, mask = exact_frame(grid, atlas), widget_mask.mask(arrangement, grid)
        everywhere = np.ones_like(mask)
        for name, renderer in renderers.items():
            shown = renderer.frame(grid, atlas)
            parts = (
                *widget_mask.squared_error(shown, exact, everywhere),
                *widget_mask.squared_error(shown, exact, mask),
            )
            errors[name] += parts
            right[name] += not gate.check(shown, arrangement, colours, grid, atlas)
    decibels = {
        name: [widget_mask.psnr(sums[at], int(sums[at + 1])) or 0.0 for at in (0, 2)] for name, sums in errors.items()
    }
    return {
        "psnr": decibels["float"][0] - decibels["int8"][0],
        "psnr_widgets": decibels["float"][1] - decibels["int8"][1],
        "right_at_once": (right["float"] - right["int8"]) / max(frames, 1),
        "frames": frames,
        "against": "the float32 twin of the graph, whose weights are the int8 ones",
    }
