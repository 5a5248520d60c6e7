# SPDX-License-Identifier: Apache-2.0
"""What is shown, what is pending and what runs: how decisions change it. Pure, for device, training and bench alike.

It knows no words and guesses nothing: an argument that is missing is asked for, an effect is shown before it is done,
and done only when `consent` has nothing against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from phosphene.line.dictionary import Task
from phosphene.policy.consent import Attention, Confirmation, Yes, objection
from phosphene.policy.decision import Action, Decision
from phosphene.policy.shown import SURE, Kind, Pending, Running, Shown, fits
from phosphene.policy.wishes import Call, Hush, Stop, Wish

__all__ = [
    "SURE",
    "Call",
    "Dialogue",
    "Hush",
    "Kind",
    "Pending",
    "Running",
    "Shown",
    "Stop",
    "Wish",
    "after",
    "begin",
    "ended",
    "fits",
    "home",
    "put_up",
    "rings",
    "told",
]

_MOST_CANDIDATES: Final = 3


@dataclass(frozen=True, slots=True)
class Dialogue:
    """All that is between the device and its user. Words that began before `heeded_s` are done with.

    `refused_yes` is why the last yes did not count, empty if it did. `declined` is the task that was last said no to;
    None once anything was done.
    """

    shown: Shown
    running: tuple[Running, ...] = ()
    ringing: str = ""
    last: Pending | None = None
    heeded_s: float = 0.0
    refused_yes: str = ""
    declined: Task | None = None

    @property
    def pending(self) -> Pending | None:
        """The task that is being talked about."""
        return self.shown.pending if self.shown.kind in (Kind.ASK, Kind.CONFIRM) else None


def begin(now_s: float) -> Dialogue:
    """Return the dialogue of a device that was just switched on."""
    return Dialogue(Shown(Kind.HOME, now_s, now_s))


def after(
    dialogue: Dialogue, decision: Decision, now_s: float, yes: Yes | None = None, attention: Attention | None = None
) -> tuple[Dialogue, Wish | None]:
    """Return what is shown after `decision`, and what the board is to do, if anything.

    `yes` and `attention` are what consent is judged by; without them there is no effect.
    """
    if decision.action is Action.WAIT:
        return dialogue, None
    dialogue = replace(dialogue, heeded_s=now_s, refused_yes="")
    match decision.action:
        case Action.TASK if decision.task is not None:
            offered = (offer for offer in dialogue.shown.offers if offer.task == decision.task)
            begun = next(offered, Pending(decision.task))
            return _towards(dialogue, begun.with_words(decision.arguments, decision.sure), now_s)
        case Action.ANSWER if dialogue.pending is not None:
            return _towards(dialogue, dialogue.pending.with_words(decision.arguments, decision.sure), now_s)
        case Action.AGAIN if dialogue.last is not None:
            return _towards(dialogue, dialogue.last, now_s)
        case Action.YES if dialogue.shown.kind is Kind.CONFIRM and dialogue.pending is not None:
            return _agreed(dialogue, dialogue.pending, now_s, yes, attention)
        case Action.STOP:
            process = next((p for p in reversed(dialogue.running) if decision.task in (None, p.task)), None)
            return dialogue, None if process is None else Stop(process)
        case Action.HUSH if dialogue.ringing:
            return _show(replace(dialogue, ringing=""), Kind.HOME, now_s), Hush(dialogue.ringing)
        case Action.UNSURE if decision.runners_up:
            candidates = tuple(task for task, _ in decision.runners_up[:_MOST_CANDIDATES])
            said = ((one.task, one) for one in decision.alternatives[:_MOST_CANDIDATES])
            offers = tuple(Pending(task).with_words(one.arguments, one.sure) for task, one in said if task is not None)
            if len(candidates) == len(offers) == 1:  # no choice: it is shown as it was understood
                return _show(dialogue, Kind.ASK if offers[0].missing else Kind.CONFIRM, now_s, pending=offers[0]), None
            return _show(dialogue, Kind.CHOOSE, now_s, candidates=candidates, offers=offers), None
        case Action.NO if not decision.touched and (asked := _without_doubt(dialogue)) is not None:
            return _show(dialogue, Kind.ASK, now_s, pending=asked), None
        case Action.NO | Action.HOME:
            declined = dialogue.pending.task if dialogue.pending else dialogue.declined
            return _show(replace(dialogue, declined=declined), Kind.HOME, now_s), None
        case Action.NOT_UNDERSTOOD if dialogue.shown.kind in (Kind.HOME, Kind.RESULT, Kind.REFUSED):
            return _show(dialogue, Kind.PUZZLED, now_s), None
        case _:  # it means nothing here: what is shown stays
            return dialogue, None


def put_up(dialogue: Dialogue, now_s: float) -> Dialogue:
    """What is shown is on the screen now."""
    if dialogue.shown.on_screen_s is not None:
        return dialogue
    return replace(dialogue, shown=replace(dialogue.shown, on_screen_s=now_s))


def told(dialogue: Dialogue, now_s: float, *, refused: bool = False, started: Running | None = None) -> Dialogue:
    """The board answered: with results, a refusal, or a process that runs from now on."""
    if started is not None:
        dialogue = replace(dialogue, running=(*dialogue.running, started))
        return _show(dialogue, Kind.WORKING, now_s, pending=dialogue.shown.pending)
    return _show(dialogue, Kind.REFUSED if refused else Kind.RESULT, now_s, pending=dialogue.shown.pending)


def ended(dialogue: Dialogue, pid: int, now_s: float) -> Dialogue:
    """A process ended; its screen makes way, another stays."""
    running = tuple(process for process in dialogue.running if process.pid != pid)
    dialogue = replace(dialogue, running=running)
    return _show(dialogue, Kind.RESULT, now_s) if dialogue.shown.kind is Kind.WORKING else dialogue


def home(dialogue: Dialogue, now_s: float) -> Dialogue:
    """What was going on is over: show what can be asked."""
    return _show(dialogue, Kind.HOME, now_s)


def rings(dialogue: Dialogue, name: str, now_s: float) -> Dialogue:
    """An alarm begins, before everything else."""
    return _show(replace(dialogue, ringing=name), Kind.ALARM, now_s)


def _show(
    dialogue: Dialogue,
    kind: Kind,
    now_s: float,
    *,
    pending: Pending | None = None,
    candidates: tuple[Task, ...] = (),
    offers: tuple[Pending, ...] = (),
) -> Dialogue:
    return replace(dialogue, shown=Shown(kind, now_s, None, pending, candidates, offers))


def _towards(dialogue: Dialogue, pending: Pending, now_s: float) -> tuple[Dialogue, Wish | None]:
    """Ask for what is missing; then for a yes, if it has an effect or words were not heard well; then do it."""
    if pending.missing:
        return _show(dialogue, Kind.ASK, now_s, pending=pending), None
    # What was asked about once is done after a yes only: who corrects one word may have more to correct.
    if pending.task.privilege != "read" or pending.doubtful or dialogue.shown.kind is Kind.CONFIRM:
        return _show(dialogue, Kind.CONFIRM, now_s, pending=pending), None
    return _doing(dialogue, pending, now_s)


def _without_doubt(dialogue: Dialogue) -> Pending | None:
    """What a spoken no is to: the words that were not heard well. What is left, if that leaves something to ask for."""
    pending = dialogue.pending
    if dialogue.shown.kind is not Kind.CONFIRM or pending is None or not pending.doubtful:
        return None
    less = pending.without_doubt()
    return less if less.missing else None


def _agreed(
    dialogue: Dialogue, pending: Pending, now_s: float, yes: Yes | None, attention: Attention | None
) -> tuple[Dialogue, Wish | None]:
    shown = dialogue.shown.on_screen_s
    confirmation = None if shown is None else Confirmation(pending.task.name, dict(pending.given), shown)
    against = objection(pending.task, pending.given, confirmation, yes, attention, now_s)
    return (replace(dialogue, refused_yes=against), None) if against else _doing(dialogue, pending, now_s)


def _doing(dialogue: Dialogue, pending: Pending, now_s: float) -> tuple[Dialogue, Wish | None]:
    dialogue = replace(dialogue, last=pending, declined=None)
    return _show(dialogue, Kind.WORKING, now_s, pending=pending), Call(pending)
