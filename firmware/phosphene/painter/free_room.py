# SPDX-License-Identifier: Apache-2.0
"""Where on the lattice an element can still stand: tokens that no valid box can follow are never drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from phosphene.painter import tokens as words
from phosphene.painter.arrange import arrange, padding
from phosphene.painter.fact_box import place_fact
from phosphene.painter.form import Align, FactForm, LabelForm, Surface, WidgetForm
from phosphene.painter.legibility import touch_cells
from phosphene.painter.other_boxes import place_choice, place_text
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from phosphene.painter.placement import ICON_SIDES, Box, Ink, Role
from phosphene.painter.spot import COLUMNS, ROWS, Fits, Free, Mask, Needs, Spot

_BESIDE = (LabelForm.BESIDE, WidgetForm.BESIDE)


class FreeRoom:
    """Keeps what each element needs on this page, and masks edges by what is free. One object serves all tries."""

    def __init__(self, page: Page, panel: Panel) -> None:
        self._page, self._panel = page, panel
        self._wide, self._high = panel.columns / COLUMNS, panel.rows / ROWS
        self._known: dict[tuple[int, ...], int] = {}
        self._last: tuple[bytes, Free] = (b"", Free(np.zeros((ROWS, COLUMNS), np.int16)))

    def begin(self, tokens: NDArray[np.int64], element: int) -> Spot:
        """Return the search for this element's box, with what the tokens have decided so far."""
        return Spot(self._free(self._blocked(tokens, element)), self._needs(tokens, element))

    def enough(self, tokens: NDArray[np.int64], rest: list[int]) -> bool:
        """Return whether each of the elements in `rest` still fits somewhere, and all together by their areas.

        After the last one it says whether the page mark found a place.
        """
        if not self._card_clear(tokens):
            return False
        if not rest and self._page.mark:
            runs = arrange(self._page, tokens, self._panel).runs
            return any(run.role is Role.PAGE for run in runs)
        area = 0
        for element in rest:
            blocked = self._blocked(tokens, element)
            for needs in self._ways(tokens, element):
                if Spot(self._free(blocked), needs).lefts().any():
                    area += needs.width() * needs.height(COLUMNS)
                    break
            else:
                return False
            if area > blocked.size - int(blocked.sum()):
                return False
        return True

    def _free(self, blocked: NDArray[np.int16]) -> Free:
        """Return what is free; elements looked at one after the other mostly see the same."""
        content = blocked.tobytes()
        if content != self._last[0]:
            self._last = (content, Free(blocked))
        return self._last[1]

    def leaving(self, tokens: NDArray[np.int64], position: int, mask: Mask, rest: list[int]) -> Mask:
        """Return the part of `mask` in which the bottom edge at `position` leaves enough for `rest`.

        The lower an edge, the less it leaves, so that the lowest that will do is found by halving.
        """
        trial = tokens.copy()
        places = np.flatnonzero(mask)
        low, high = 0, len(places)
        while low < high:
            middle = (low + high) // 2
            trial[position] = places[middle]
            if self.enough(trial, rest):
                low = middle + 1
            else:
                high = middle
        result = np.zeros_like(mask)
        result[places[:low]] = True
        return result

    def labels(self, tokens: NDArray[np.int64], element: int) -> Mask | None:
        """Return the label forms in which the fact still fits somewhere; None where there is none."""
        trial = tokens.copy()
        result = np.zeros(len(LabelForm), np.bool_)
        for label in LabelForm:
            trial[words.FORM_AT[element]] = label
            result[label] = self.widgets(trial, element) is not None
        return result if result.any() else None

    def widgets(self, tokens: NDArray[np.int64], element: int) -> Mask | None:
        """Return the widget forms in which the fact, its label's form given, still fits; None where there is none."""
        trial = tokens.copy()
        blocked = self._blocked(tokens, element)
        result = np.zeros(len(WidgetForm), np.bool_)
        for widget in WidgetForm:
            trial[words.FORM_AT[element] + 1] = widget
            result[widget] = Spot(self._free(blocked), self._needs(trial, element)).lefts().any()
        return result if result.any() else None

    def _ways(self, tokens: NDArray[np.int64], element: int) -> Iterator[Needs]:
        """Yield what the element needs in its form, or in each form of those that save room while none is drawn."""
        at = words.FORM_AT[element]
        if at < 0 or tokens[at] >= 0:
            yield self._needs(tokens, element)
            return
        trial = tokens.copy()
        for form in ((LabelForm.OVER, WidgetForm.UNDER), (LabelForm.BESIDE, WidgetForm.UNDER), _BESIDE):
            trial[at : at + 2] = form
            yield self._needs(trial, element)

    def _card_clear(self, tokens: NDArray[np.int64]) -> bool:
        """Return whether a card around all facts so far would leave the other boxes alone."""
        if int(tokens[words.PAGE["surface"]]) not in {Surface.CARD, Surface.OUTLINE}:
            return True
        boxes = np.array([tokens[first : first + 4] for first in words.BOX_AT])
        facts = boxes[words.FIRST_FACT : words.FIRST_CHOICE]
        facts = facts[facts[:, 3] >= 0]
        others = np.delete(boxes, np.s_[words.FIRST_FACT : words.FIRST_CHOICE], axis=0)
        others = others[others[:, 3] >= 0]
        if not len(facts) or not len(others):
            return True
        pad = padding(self._panel) + 1
        across, down = math.ceil(pad / self._wide), math.ceil(pad / self._high)
        left, right = facts[:, 0].min() - across, facts[:, 1].max() + across
        top, bottom = facts[:, 2].min() - down, facts[:, 3].max() + down
        over = (others[:, 0] <= right) & (others[:, 1] >= left) & (others[:, 2] <= bottom) & (others[:, 3] >= top)
        return not bool(over.any())

    def _blocked(self, tokens: NDArray[np.int64], element: int) -> NDArray[np.int16]:
        """Return which cells the element must leave alone: int16 [15, 20], 1 for taken."""
        blocked = np.zeros((ROWS, COLUMNS), np.int16)
        surface = int(tokens[words.PAGE["surface"]])
        fact = words.FIRST_FACT <= element < words.FIRST_CHOICE
        card = surface in {Surface.CARD, Surface.OUTLINE}
        pad = padding(self._panel) + 1
        if surface == Surface.BAND and element in {words.TITLE, words.ICON}:
            # Text keeps its moat inside the band, which ends at the edge of the panel.
            blocked[[0, -1]] = 1
            blocked[:, [0, -1]] = 1
        if fact and card:
            blocked[[0, -1]] = 1
            blocked[:, [0, -1]] = 1
        for other, first in enumerate(words.BOX_AT):
            left, right, top, bottom = (int(token) for token in tokens[first : first + 4])
            if other == element or bottom < 0:
                continue
            across = down = 1
            beside_card = card and fact != (words.FIRST_FACT <= other < words.FIRST_CHOICE)
            if beside_card:
                across, down = math.ceil(pad / self._wide), math.ceil(pad / self._high)
            elif fact and words.FIRST_FACT <= other < words.FIRST_CHOICE:
                # Two cells: a value's own label is one cell away, and must be nearer than its neighbour's.
                across = math.ceil(2 / self._wide)
            blocked[max(0, top - down) : bottom + 1 + down, max(0, left - across) : right + 1 + across] = 1
            if surface == Surface.BAND and words.TITLE in {element, other} and words.ICON not in {element, other}:
                # The band takes whole rows, and those between it and the edge.
                down = math.ceil(pad / self._high)
                blocked[max(0, top - down) : bottom + 1 + down] = 1
                low = top + bottom + 1 > ROWS
                if other == words.TITLE:
                    blocked[max(0, top - down) if low else 0 : ROWS if low else bottom + 1 + down] = 1
                else:
                    # Then the title's band must lie at the other edge.
                    blocked[ROWS // 2 if low else 0 : ROWS if low else ROWS // 2 + 1] = 1
        return blocked

    def _needs(self, tokens: NDArray[np.int64], element: int) -> Needs:
        fits, key = self._fits(tokens, element)
        return Needs(fits, key, self._known, self._wide, self._high)

    def _fits(self, tokens: NDArray[np.int64], element: int) -> tuple[Fits, tuple[int, ...]]:
        """Return whether the element fits a width and height in cells, and what else that depends on."""
        page = self._page
        if element >= words.FIRST_CHOICE:
            choice = page.choices[element - words.FIRST_CHOICE]
            touch = touch_cells(self._panel)
            return (
                lambda w, h: (
                    w >= touch[0]
                    and h >= touch[1]
                    and place_choice(choice, Box(0, 0, w, h), page.touch, page.touch) is not None
                )
            ), (element,)
        if element == words.TITLE:
            return (
                lambda w, h: (
                    place_text(Role.TITLE, "", page.title, Box(0, 0, w, h), Align.START, Ink.MAIN, page.text, page.text)
                    is not None
                )
            ), (element,)
        if element == words.ICON:
            return (lambda w, h: min(w, h) >= ICON_SIDES[0]), (element,)
        number = element - words.FIRST_FACT
        label, widget = (int(token) for token in tokens[words.FORM_AT[element] : words.FORM_AT[element] + 2])
        surface = int(tokens[words.PAGE["surface"]])
        small_unit = int(tokens[words.PAGE["small_unit"]])
        inset = padding(self._panel) if surface == Surface.CARDS else 0
        form = FactForm(
            LabelForm(label), WidgetForm(widget), small_unit=bool(small_unit), cap=max(1, page.sizes[number])
        )
        fact, size = page.facts[number], page.sizes[number]

        def fits(w: int, h: int) -> bool:
            box = Box(0, 0, w - 2 * inset, h - 2 * inset)
            return box.w > 0 and box.h > 0 and place_fact(fact, box, form, size, page.text) is not None

        return fits, (element, label, widget, small_unit, inset)
