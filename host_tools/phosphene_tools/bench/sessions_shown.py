# SPDX-License-Identifier: Apache-2.0
"""Whether what stood on a screen is what the board said: each value with the arguments that are shown beside it.

It goes by the text tree that went out with the frame, and by what was on the line. It shares nothing with the code that
placed the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.kind import Value
from phosphene.painter.text_tree import Node
from phosphene_tools.bench.sessions_witness import Answer

PURE: Final = ("exact", "convert", "money", "date", "duration", "moment", "spoken")
"""Modules whose answers follow from the arguments alone: the board can be asked again."""
_ARGUMENT: Final = "argument"
_WORDS: Final = ("device.", "timer.name", "timer.late")
"""Keys of what is no value of the board."""
_LEFT: Final = "timer.left"
_LONG: Final = 24
"""A longer value stands in several lines, perhaps on several pages."""
_SIGNS: Final = {"us": "µs", "degC": "°C", "deg": "°", "ohm": "Ohm"}
_LEADS: Final = ("Done: ", "Stopped: ")
_UNSAID: Final = ("places",)
_KEY: Final = ("key", "u64")


@dataclass(frozen=True, slots=True)
class Screenshot:
    """What a frame said, and when it was there, on the host's monotonic clock."""

    at_s: float
    nodes: tuple[Node, ...]

    @property
    def heading(self) -> str:
        """Its title."""
        return next((node.text for node in self.nodes if node.role == "heading"), "")

    @property
    def values(self) -> tuple[Node, ...]:
        """The nodes that hold a value of the board."""
        facts = (node for node in self.nodes if node.role in ("text", "meter", "switch"))
        return tuple(node for node in facts if not node.key.startswith(_WORDS) and ".given." not in node.key)


@dataclass(slots=True)
class Verdict:
    """Values that were looked at, and what was wrong, in words."""

    values: int
    wrong: list[str]


def judge(shot: Screenshot, answers: Sequence[Answer], dictionary: Dictionary, said: Iterable[str]) -> Verdict:
    """Hold each value of a screen against what the board had said by then. `said` are all lines of the session."""
    known = [answer for answer in answers if answer.at_s <= shot.at_s]
    verdict = Verdict(0, [])
    for base, nodes in _by_key(shot.values, dictionary).items():
        verdict.values += len(nodes)
        if base == _LEFT:
            right = _left(nodes[0], known)
        elif (task := _task(base, dictionary)) is None:
            right = False
        elif f".{_ARGUMENT}." in base:
            right = _argument(shot, task, base.rpartition(".")[2], nodes, known, said)
        else:
            right = any(
                answer.task is task
                and _says(answer, base.rpartition(".")[2], nodes)
                and _stands_beside(shot, answer, dictionary)
                for answer in known
            )
        if not right:
            verdict.wrong.append(f"{base} {' '.join(node.text for node in nodes)!r} under {shot.heading!r}")
    return verdict


def used(shot: Screenshot, answers: Sequence[Answer], dictionary: Dictionary) -> list[Answer]:
    """Return the answers of exact tasks that a screen rests on: those to ask the board for once more."""
    tasks = {task.name for key in _by_key(shot.values, dictionary) if (task := _task(key, dictionary)) is not None}
    pure = (a for a in answers if a.task.name in tasks and a.task.name.partition(".")[0] in PURE)
    return [a for a in pure if a.at_s <= shot.at_s and _stands_beside(shot, a, dictionary)]


def written(value: Value) -> str:
    """Return a value in digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{Decimal(value):f}"
    return f"0x{value.hex()}" if isinstance(value, bytes) else value


def _by_key(nodes: Iterable[Node], dictionary: Dictionary) -> dict[str, list[Node]]:
    """The nodes of each value: the lines of a long one have its key with their number."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        stem, _, last = node.key.rpartition(".")
        line = last.isdigit() and _task(stem, dictionary) is not None
        found.setdefault(stem if line else node.key, []).append(node)
    return found


def _task(key: str, dictionary: Dictionary) -> Task | None:
    """The task that a fact's key begins with."""
    return next((task for task in dictionary.tasks if key.startswith(task.name + ".")), None)


def _says(answer: Answer, name: str, nodes: Sequence[Node]) -> bool:
    """Whether the nodes say what the answer says of `name`, with its unit or with none."""
    if name not in answer.results:
        return False
    value = answer.results[name]
    declared = next((f.unit for f in (*answer.task.results, *answer.task.progress) if f.name == name), "")
    unit = declared or (written(answer.arguments.get("target", "")) if name == "value" else "")
    return _is(nodes, written(value), unit)


def _is(nodes: Sequence[Node], whole: str, unit: str) -> bool:
    sign = _SIGNS.get(unit, unit)
    if len(whole) <= _LONG and len(nodes) == 1:
        return nodes[0].text in {whole or "none", f"{whole}{sign}", f"{whole} {sign}"}
    shown, packed = "".join("".join(node.text.split()) for node in nodes), "".join(whole.split())
    return shown in packed and (len(nodes) > 1 or len(whole) > _LONG or shown == packed)


def _stands_beside(shot: Screenshot, answer: Answer, dictionary: Dictionary) -> bool:
    """Whether the arguments of an answer are those on the screen: in its title, or each as a value of its own."""
    told = {
        f.name: written(answer.arguments[f.name])
        for f in answer.task.args
        if f.name not in _UNSAID and (f.name, f.kind) != _KEY and f.name in answer.arguments
    }
    told = {name: text for name, text in told.items() if text}
    if not told and not answer.task.says:
        return True  # nobody asked for it by name: it stands under what it was asked for
    heading = shot.heading
    for lead in _LEADS:
        heading = heading.removeprefix(lead)
    names = (*answer.task.says, answer.task.name)
    if any(heading == " ".join((name, *told.values())) for name in names):
        return True
    beside = _by_key((node for node in shot.values if f".{_ARGUMENT}." in node.key), dictionary)
    shown = {key.rpartition(".")[2]: nodes for key, nodes in beside.items()}
    units = {f.name: f.unit for f in answer.task.args}
    same = shown.keys() == told.keys() and all(_is(nodes, told[name], units[name]) for name, nodes in shown.items())
    return same and any(heading.rstrip("…") and name.startswith(heading.rstrip("…")) for name in names)


def _argument(
    shot: Screenshot, task: Task, name: str, nodes: Sequence[Node], known: Sequence[Answer], said: Iterable[str]
) -> bool:
    """Whether an argument is one that a call was made with, that the board made of words, or as it was said."""
    declared = next(field for field in task.args if field.name == name)
    if any(
        a.task is task and name in a.arguments and _is(nodes, written(a.arguments[name]), declared.unit) for a in known
    ):
        return True
    heard = {word for line in said for word in line.split()}
    if name in _UNSAID and any(_is(nodes, places, "") for places in _places(heard)):
        return True
    shown = "".join(node.text for node in nodes)
    if declared.kind in ("choice", "bool"):
        return shown in (*declared.choices, "yes", "no")
    made = [value for a in known if a.task.name in ("spoken.number", "convert.units") for value in a.results.values()]
    if any(_is(nodes, text, declared.unit) for value in made for text in (written(value), _short(value))):
        return True
    if declared.kind == "text":
        return set(" ".join(node.text for node in nodes).split()) <= heard | {"none"}
    return any(_is(nodes, word, declared.unit) for word in heard)


def _places(heard: Iterable[str]) -> set[str]:
    """The decimal places that follow from numbers: two at least, or as many as were written or may have been said."""
    written_out = {len(word.partition(".")[2]) for word in heard}
    return {str(max(2, count)) for count in written_out | {2, 3 if "point" in heard else 2}}


def _short(value: Value) -> str:
    """A number without zeros behind its last place, as a conversion is taken over."""
    text = written(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _left(node: Node, known: Sequence[Answer]) -> bool:
    """Whether it is what the board wrote of what is left of this timer."""
    of = [a for a in known if a.task.name == "timer.read" and a.arguments.get("name") == node.label]
    wrote = [a for a in known if a.task.name == "duration.show" and a.results.get("duration") == node.text]
    return any(
        abs(Decimal(int(str(read.results["left_ms"]))) / 1000 - Decimal(str(show.arguments["seconds"]))) <= 1
        for read in of
        for show in wrote
    )
