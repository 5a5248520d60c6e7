# SPDX-License-Identifier: Apache-2.0
"""Where on the lattice an element can still stand: tokens that no valid box can follow are never drawn."""

from __future__ import annotations

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
from phosphene.painter.taken_room import blocked_for, card_clear

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
        return Spot(self._free(blocked_for(tokens, element, self._panel)), self._needs(tokens, element))

    def enough(self, tokens: NDArray[np.int64], rest: list[int]) -> bool:
        """Return whether each of the elements in `rest` still fits somewhere, and all together by their areas.

        After the last one it says whether the page mark found a place.
        """
        if not card_clear(tokens, self._panel):
            return False
        if not rest and self._page.mark:
            runs = arrange(self._page, tokens, self._panel).runs
            return any(run.role is Role.PAGE for run in runs)
        area = 0
        for element in rest:
            blocked = blocked_for(tokens, element, self._panel)
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
        blocked = blocked_for(tokens, element, self._panel)
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
                    and place_choice(choice, Box(0, 0, w, h), page.touch, page.touch, page.choice_apart(choice))
                    is not None
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
        fact, size = page.facts[number], page.sizes[number]
        label, widget = (int(token) for token in tokens[words.FORM_AT[element] : words.FORM_AT[element] + 2])
        surface = int(tokens[words.PAGE["surface"]])
        small_unit = int(tokens[words.PAGE["small_unit"]])
        inset = padding(self._panel) if surface == Surface.CARDS else 0
        form = FactForm(
            LabelForm(label),
            WidgetForm(widget),
            small_unit=bool(small_unit),
            cap=max(1, size),
            apart=page.label_apart(fact),
        )

        def fits(w: int, h: int) -> bool:
            box = Box(0, 0, w - 2 * inset, h - 2 * inset)
            return box.w > 0 and box.h > 0 and place_fact(fact, box, form, size, page.text) is not None

        return fits, (element, label, widget, small_unit, inset)
