# SPDX-License-Identifier: Apache-2.0
"""Scenes to show the painter with: one of each kind, as a kitchen's device would meet them."""

from __future__ import annotations

from typing import Final

from phosphene.painter.scene import (
    Choice,
    Context,
    Fact,
    Grade,
    Hand,
    Intent,
    Scene,
    Status,
    Urgency,
)

SCENES: Final = (
    Scene(
        facts=(Fact("timer.left", "07:42", "Pasta", level=0.64),),
        choices=(Choice("timer.stop", "Stop", main=True), Choice("timer.add", "+1 min")),
        title="Timer",
        icon="timer",
        intent=Intent.PROGRESS,
        context=Context(distance_cm=50, light=0.5),
    ),
    Scene(
        facts=(Fact("sum.result", "1 271.60", "3 × 423.87 − 0.01", "€"),),
        title="Sum",
        icon="sum",
        context=Context(distance_cm=45, light=0.85),
    ),
    Scene(
        facts=(
            Fact("oven.is", "182", "Oven", "°C", Status.ACTIVE, history=(0.1, 0.22, 0.37, 0.5, 0.61, 0.72, 0.8, 0.86)),
            Fact("oven.goal", "200", "Goal", "°C"),
            Fact("oven.fan", "on", "Fan", on=True),
        ),
        title="Oven",
        icon="heat",
        intent=Intent.LIST,
        context=Context(distance_cm=70, light=0.3, hand=Hand.RIGHT),
    ),
    Scene(
        facts=(Fact("pump.dose", "12.5", "Dose", "ml", grade=Grade.OVERLAY),),
        choices=(Choice("pump.yes", "Pour", main=True), Choice("pump.no", "Leave it")),
        title="Pour now?",
        icon="water",
        intent=Intent.CONFIRM,
        urgency=Urgency.NOTICE,
        context=Context(distance_cm=40, light=0.6, hand=Hand.LEFT),
    ),
    Scene(
        facts=(Fact("store.temperature", "−3.9", "Freezer", "°C", Status.FAULT, age_s=4),),
        choices=(Choice("alarm.quiet", "Quiet", main=True),),
        title="Door open",
        icon="alarm",
        intent=Intent.ALARM,
        urgency=Urgency.URGENT,
        context=Context(distance_cm=280, light=0.1),
    ),
    Scene(
        facts=(
            Fact("bin.flour", "1.25", "Flour", "kg", level=0.5),
            Fact("bin.sugar", "0.40", "Sugar", "kg", Status.WARNING, level=0.16),
            Fact("bin.rice", "2.10", "Rice", "kg", level=0.84),
            Fact("bin.salt", "0.75", "Salt", "kg", age_s=7200, age_limit_s=3600),
        ),
        choices=(Choice("bin.next", "Tare"),),
        title="Stores",
        icon="scale",
        intent=Intent.LIST,
        context=Context(distance_cm=55, light=0.9),
    ),
)
