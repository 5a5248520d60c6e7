# SPDX-License-Identifier: Apache-2.0
"""The atlas's card: which faces it was drawn from, under which licence, and the hash of each font file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from phosphene_tools.models.card import Card, Source, sha256_of, write_card
from recipes.atlas.fonts import HELD_OUT, SHIPPED, Font, find


def write_atlas_card(folder: Path) -> Path:
    """Write the card of `atlas.npz` and `heldout.npz` into their folder."""
    return write_card(
        folder,
        Card(
            name="painter",
            what="glyph atlas: characters, blocks and our own icons as coverage; no network",
            recipe="python -m recipes.atlas.make",
            seed=0,
            steps=0,
            fonts=(*_sources(SHIPPED, "atlas.npz"), *_sources(HELD_OUT, "heldout.npz, for reports only")),
            limits=(
                "the bytes depend on the versions of the font files, here Debian 12's, and of FreeType",
                "'-' and '−' look the same in most fonts and sizes; so do 'í' and 'i' nearly in lean at size 1",
            ),
        ),
    )


def _sources(fonts: Iterable[Font], file: str) -> tuple[Source, ...]:
    return tuple(
        Source(
            name=f"{font.name}: {font.family}",
            licence=font.licence,
            attribution=f"Debian package {font.package}; in {file}",
            sha256={font.file: sha256_of(find(font))},
        )
        for font in fonts
    )
