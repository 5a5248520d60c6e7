# SPDX-License-Identifier: Apache-2.0
"""What stands on the screen, as its text tree says it, held against what a script expects."""

from __future__ import annotations

import re
from collections.abc import Sequence

from phosphene.painter.text_tree import Node
from phosphene_tools.tour.script import Stands

_DEVICE = "device."
"""Keys of facts about the device itself: what is heard, what is wrong with it."""


def title_of(nodes: Sequence[Node]) -> str:
    """Return the heading."""
    return next((node.text for node in nodes if node.role == "heading"), "")


def facts_of(nodes: Sequence[Node]) -> list[str]:
    """Return each fact as `label value`, but for those about the device itself."""
    told = (node for node in nodes if node.role in {"text", "meter", "switch"} and not node.key.startswith(_DEVICE))
    return [f"{node.label} {node.text}".strip() for node in told]


def choices_of(nodes: Sequence[Node]) -> dict[str, Node]:
    """Return the buttons by their text."""
    return {node.text: node for node in nodes if node.role == "button"}


def button_of(nodes: Sequence[Node], pattern: str) -> Node | None:
    """Return the first button whose whole text `pattern` fits."""
    return next((node for text, node in choices_of(nodes).items() if re.fullmatch(pattern, text)), None)


def missing(nodes: Sequence[Node], wanted: Stands) -> str:
    """Return what of `wanted` doesn't stand there, in words; empty when all does."""
    facts, choices = facts_of(nodes), list(choices_of(nodes))
    if facts and not wanted.numbers:
        return f"that there is no value, where {', '.join(facts)} stands"
    for what, pattern, texts in (
        ("the title", wanted.title, [title_of(nodes)]),
        *(("the fact", one, facts) for one in wanted.facts),
        *(("the choice", one, choices) for one in wanted.choices),
    ):
        if not any(re.fullmatch(pattern, text) for text in texts):
            return f"{what} {pattern!r}"
    return ""


def in_words(nodes: Sequence[Node]) -> str:
    """Return all that stands there, on one line."""
    return "; ".join(filter(None, (title_of(nodes), *facts_of(nodes), f"[{', '.join(choices_of(nodes))}]")))
