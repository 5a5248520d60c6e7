# SPDX-License-Identifier: Apache-2.0
"""Which facts of a page belong together by their boxes, and so share a size and a column for their labels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from phosphene.painter.fit import whole_lines, widest
from phosphene.painter.form import FactForm, LabelForm, WidgetForm
from phosphene.painter.page import Page
from phosphene.painter.placement import Box


def same_shape(boxes: list[Box | None], forms: list[FactForm]) -> list[list[int]]:
    """Return the numbers of facts with equal forms in boxes of equal size, give or take a cell of rounding."""
    groups: dict[tuple[int, int, LabelForm, WidgetForm], list[int]] = defaultdict(list)
    for number, (box, form) in enumerate(zip(boxes, forms, strict=True)):
        if box is None:
            continue
        for key, group in groups.items():
            if abs(key[0] - box.w) <= 1 and abs(key[1] - box.h) <= 1 and key[2:] == (form.label, form.widget):
                group.append(number)
                break
        else:
            groups[box.w, box.h, form.label, form.widget].append(number)
    return [group for group in groups.values() if len(group) > 1]


def label_columns(page: Page, forms: list[FactForm], boxes: list[Box | None]) -> list[FactForm]:
    """Return the forms with one label column for all facts that stand under each other with labels beside them."""
    columns: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (box, form) in enumerate(zip(boxes, forms, strict=True)):
        if box is not None and form.label is LabelForm.BESIDE and page.facts[number].label:
            columns[box.x, box.w].append(number)
    result = list(forms)
    for (_, width), group in columns.items():
        if len(group) < 2:
            continue
        half = (width * 11) // 20
        widths = [
            widest(lines) * page.text
            for number in group
            for lines in [whole_lines(page.facts[number].label, half // page.text, 2)]
            if lines is not None
        ]
        split = max(widths) if len(widths) == len(group) else half
        for number in group:
            result[number] = replace(result[number], split=split)
    return result
