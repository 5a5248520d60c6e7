# SPDX-License-Identifier: Apache-2.0
"""Figures of the shipped reader on fonts that no training saw, as JSON: `python -m recipes.reader.evaluate`."""

from __future__ import annotations

import argparse
import json
from typing import Final

import numpy as np

from phosphene.models import model_file
from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import CHARACTERS, number
from phosphene.painter.patch import to_patches
from phosphene.painter.read import Reader, shipped
from recipes.reader.damage import damaged, worn
from recipes.reader.data import EXACT, SAME, apart

_NOISE: Final = 0.03


def figures(reader: Reader, atlas: Atlas, rounds: int, seed: int = 0) -> dict[str, float]:
    """Return how often glyphs of an atlas are misread or refused, as drawn and as worn, and how often damage passes.

    "Exact" are digits, signs, point, colon, % and °. Damaged glyphs are judged on patches, by distance alone.
    """
    rng = np.random.default_rng(seed)
    exact = np.array([number(character) for character in EXACT])
    count = dict.fromkeys(("tried", "misread", "refused", "exact_tried", "exact_misread", "hurt", "hurt_read"), 0)
    for font in atlas.fonts:
        for size in atlas.sizes:
            known = reader.known(atlas, font, size)
            glyphs = known.pictures[: len(CHARACTERS)]
            clean = to_patches(glyphs, size)
            for turn in range(rounds):
                noisy = glyphs + rng.standard_normal(glyphs.shape, dtype=np.float32) * np.float32(_NOISE * (turn > 0))
                seen = reader.read(noisy, size, known)
                wrong = seen.number != known.alike[: len(glyphs)]
                count["tried"] += len(glyphs)
                count["misread"] += int((wrong & ~seen.damaged).sum())
                count["refused"] += int(seen.damaged.sum())
                count["exact_tried"] += len(exact)
                count["exact_misread"] += int((wrong & ~seen.damaged)[exact].sum())
                broken, visible = damaged(clean, clean[rng.permutation(len(clean))], rng)
                visible &= apart(broken, clean).min(axis=1) >= 4 * SAME
                codes = reader.embed(worn(broken[visible], rng))
                distance = (codes**2).sum(axis=1)[:, None] + (known.codes**2).sum(axis=1) - 2 * codes @ known.codes.T
                count["hurt"] += int(visible.sum())
                count["hurt_read"] += int((distance.min(axis=1) <= reader.limits.distance).sum())
    return {key: float(value) for key, value in count.items()}


def main() -> None:
    """Print the figures for the held-out fonts and for the device's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds: int = parser.parse_args().rounds
    atlases = {"held_out": Atlas.load(model_file("painter", "heldout.npz")), "shipped": Atlas.load()}
    print(json.dumps({name: figures(shipped(), atlas, rounds) for name, atlas in atlases.items()}, indent=1))


if __name__ == "__main__":
    main()
