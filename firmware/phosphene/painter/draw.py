# SPDX-License-Identifier: Apache-2.0
"""Draws one row of tokens from the composer's graph, turn by turn, from given chances."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Graph
from phosphene.painter import tokens as words
from phosphene.painter.form import Surface
from phosphene.painter.free_room import FreeRoom
from phosphene.painter.page import Page
from phosphene.painter.schedule import ELEMENT_ORDER, PAGE_GROUPS, occupied
from phosphene.painter.spot import Mask, Spot

TEMPERATURE: Final = 1.0
# A token less likely than this share of the likeliest is never drawn (min-p, arXiv:2407.01082).
LEAST_SHARE: Final = 0.03
# How often one element, and all of a layout together, may be drawn again for want of room.
MOST_REDRAWS: Final = 3
REDRAWS: Final = 24
_NO_SURFACE: Final = np.arange(len(Surface)) == Surface.NONE


class Drawer:
    """Holds the graph and its scales; `draw` may be called as often as wished. `steps` counts runs of the graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._inputs = [[spec.name for spec in graph.inputs].index(name) for name in ("tokens", "cells", "page")]
        # Inputs are zeros and ones: two numbers each.
        specs = [graph.inputs[place] for place in self._inputs]
        self._types = [np.dtype(spec.dtype) for spec in specs]
        self._zero = [spec.quantise(np.zeros(1, np.float32))[0] for spec in specs]
        self._one = [spec.quantise(np.ones(1, np.float32))[0] for spec in specs]
        self._scale = graph.outputs[0].scale
        self.steps = 0

    def draw(
        self, page: Page, features: NDArray[np.uint8], chances: NDArray[np.float64], room: FreeRoom | None = None
    ) -> NDArray[np.int64]:
        """Return a row of tokens for the page, int64 [POSITIONS].

        `features` is `condition(page, panel)`; `chances` [POSITIONS], each from 0 to 1, are all that is random.
        With `room`, edges are drawn only from where a box still fits, and an element that leaves no room for the
        others is drawn again; where nothing helps, the rest stays undecided.
        """
        state = _State(self, features)
        for names in PAGE_GROUPS:
            logits = state.logits()
            for name in names:
                state.put(words.PAGE[name], logits, chances)
        there = words.elements(bool(page.title), bool(page.icon), len(page.facts), len(page.choices))
        order = [element for element in ELEMENT_ORDER if there[element]]
        self._elements(state, order, chances, room)
        return state.tokens

    def _elements(self, state: _State, order: list[int], chances: NDArray[np.float64], room: FreeRoom | None) -> None:
        """Draw element by element; one that leaves no room for those after it is drawn again, then the one before."""
        redraws = [0] * len(order)
        left = REDRAWS
        place, steps_back = 0, 1
        while place < len(order):
            element = order[place]
            if (form := words.FORM_AT[element]) >= 0:
                careful = room if redraws[place] else None
                state.put(form, state.logits(), chances, careful and careful.labels(state.tokens, element))
                state.put(form + 1, state.logits(), chances, careful and careful.widgets(state.tokens, element))
            rest = order[place + 1 :]
            if self._box(state, element, chances, room, rest if redraws[place] else None) and (
                room is None or room.enough(state.tokens, rest)
            ):
                place += 1
                continue
            if not left:
                return
            left -= 1
            state.forget(element)
            if left == REDRAWS // 2:
                # Half of the patience is gone: a card, an outline or a band takes room that there isn't.
                state.forget_one(words.PAGE["surface"])
                state.put(words.PAGE["surface"], state.logits(), chances, _NO_SURFACE)
            if redraws[place] >= MOST_REDRAWS and place:
                # Not this element's fault: each time, one more of those before it is drawn again.
                back = max(0, place - steps_back)
                steps_back += 1
                for undone in range(back, place + 1):
                    redraws[undone] = 0
                    state.forget(order[undone])
                place = back
            redraws[place] += 1
            # Other chances, from the same seed: those of this element, turned on by the golden section.
            first = words.FORM_AT[order[place]] if words.FORM_AT[order[place]] >= 0 else words.BOX_AT[order[place]]
            at = slice(first, words.BOX_AT[order[place]] + 4)
            chances[at] = (chances[at] + 0.6180339887498949) % 1.0

    @staticmethod
    def _box(
        state: _State, element: int, chances: NDArray[np.float64], room: FreeRoom | None, rest: list[int] | None
    ) -> bool:
        """Draw the four edges; with `rest` the last one only from where these elements still fit."""
        first = words.BOX_AT[element]
        spot: Spot | None = None if room is None else room.begin(state.tokens, element)
        edges: list[int] = []
        for side in range(4):
            mask = None if spot is None else _mask(spot, edges)
            if room is not None and mask is not None and rest is not None and side == 3:
                mask = room.leaving(state.tokens, first + side, mask, rest)
            if mask is not None and not mask.any():
                return False
            edges.append(state.put(first + side, state.logits(), chances, mask))
        state.cover()
        return True

    def run(self, tokens: NDArray[np.int8], cells: NDArray[np.int8], page: NDArray[np.int8]) -> NDArray[np.float32]:
        """Return the logits for one state, in their own scale."""
        self.steps += 1
        arrays = [tokens, cells, page]
        ordered = [arrays[self._inputs.index(place)] for place in range(3)]
        return self._graph.run(*ordered)[0][0].astype(np.float32) * np.float32(self._scale / TEMPERATURE)

    def blank(self, place: int, size: int) -> NDArray[np.int8]:
        """Return input number `place` (tokens, cells, page) with nothing set: [1, size]."""
        return np.full((1, size), self._zero[place], self._types[place])

    def one(self, place: int) -> np.int8:
        """Return what stands for 1 in input number `place`."""
        return self._one[place]


class _State:
    """Tokens decided so far, as numbers and as the graph wants them."""

    def __init__(self, drawer: Drawer, features: NDArray[np.uint8]) -> None:
        self._drawer = drawer
        self.tokens = words.empty()
        self._known = drawer.blank(0, words.WIDTH)
        self._cells = drawer.blank(1, 300)
        self._page = drawer.blank(2, len(features))
        self._page[0, features > 0] = drawer.one(2)

    def logits(self) -> NDArray[np.float32]:
        return self._drawer.run(self._known, self._cells, self._page)

    def put(
        self, position: int, logits: NDArray[np.float32], chances: NDArray[np.float64], mask: Mask | None = None
    ) -> int:
        """Draw and keep the token of one position."""
        start, size = int(words.OFFSETS[position]), int(words.VOCABULARY[position])
        part = logits[start : start + size]
        if mask is not None:
            part = np.where(mask, part, -np.inf)
        share = np.exp(part - part.max())
        share[share < LEAST_SHARE] = 0.0
        total = share.cumsum()
        token = min(int(np.searchsorted(total, chances[position] * total[-1], side="right")), size - 1)
        self.tokens[position] = token
        self._known[0, start + token] = self._drawer.one(0)
        return token

    def cover(self) -> None:
        """Mark the cells under all boxes."""
        self._cells[:] = np.where(occupied(self.tokens), self._drawer.one(1), self._drawer.blank(1, 1)[0, 0])

    def forget(self, element: int) -> None:
        """Make the element's tokens undecided again."""
        first = words.FORM_AT[element] if words.FORM_AT[element] >= 0 else words.BOX_AT[element]
        for position in range(first, words.BOX_AT[element] + 4):
            self.forget_one(position)
        self.cover()

    def forget_one(self, position: int) -> None:
        """Make one token undecided again."""
        start = int(words.OFFSETS[position])
        self.tokens[position] = words.ABSENT
        self._known[0, start : start + int(words.VOCABULARY[position])] = self._drawer.blank(0, 1)[0, 0]


def _mask(spot: Spot, edges: list[int]) -> Mask:
    if not edges:
        return spot.lefts()
    if len(edges) == 1:
        return spot.rights(edges[0])
    return spot.tops(*edges) if len(edges) == 2 else spot.bottoms(*edges)
