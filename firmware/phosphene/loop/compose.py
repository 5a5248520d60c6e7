# SPDX-License-Identifier: Apache-2.0
"""The stage that says what is to be seen: which words, which facts, which choices, and what each stands for.

How it looks is the painter's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from phosphene.condition import Condition
from phosphene.line.dictionary import Dictionary, Task
from phosphene.loop import scenes
from phosphene.loop.shortening import short
from phosphene.moment import Moment, Screenful
from phosphene.painter.scene import LONGEST_LABEL, MOST_FACTS, Choice, Fact, Intent, Status, Urgency
from phosphene.policy.decision import Action, Decision, Words
from phosphene.policy.dialogue import Kind, Pending
from phosphene.prove.facts import label, pages

_ON_A_PAGE: Final = 3
_MOST_CONDITIONS: Final = 2
_HEARD_S: Final = 3.0
"""Words about which nothing is done go from the screen after so long."""
_HOME: Final = Decision(Action.HOME, touched=True)
_YES: Final = Decision(Action.YES, touched=True)
_NO: Final = Decision(Action.NO, touched=True)
_MORE: Final = Decision(Action.MORE, touched=True)
_AGAIN: Final = Decision(Action.AGAIN, touched=True)
_HUSH: Final = Decision(Action.HUSH, touched=True)


def compose(moment: Moment, dictionary: Dictionary) -> Moment:
    """Return the moment with what is to be seen. A question that the board has not settled yet leaves the screen."""
    screenful = _screenful(moment, dictionary)
    if screenful is None:
        return replace(moment, screenful=_heard_whole(moment))
    return replace(moment, screenful=_with_conditions(_with_words(screenful, moment), moment))


def _heard_whole(moment: Moment) -> Screenful | None:
    """What was shown before, with the words as they were heard in the end: the board is asked about them now."""
    before = moment.screenful
    if before is None or not moment.said:
        return before
    heard = scenes.heard(" ".join(word.text for word in moment.said), provisional=False)
    facts = tuple(heard if fact.key == heard.key else fact for fact in before.scene.facts)
    return replace(before, scene=replace(before.scene, facts=facts))


def _screenful(moment: Moment, dictionary: Dictionary) -> Screenful | None:
    shown, proof = moment.dialogue.shown, moment.proof
    if not moment.sensed.board or proof.gone:
        # A value whose source is gone vanishes.
        return Screenful(scenes.gone())
    match shown.kind:
        case Kind.HOME:
            return _tasks(scenes.tasks_for_people(dictionary), moment.page, "What shall I do?")
        case Kind.PUZZLED:
            return _tasks(scenes.tasks_for_people(dictionary), moment.page, "I did not understand")
        case Kind.CHOOSE:
            return _tasks(shown.candidates, moment.page, "Which one?")
        case Kind.ASK if shown.pending is not None:
            return _question(shown.pending)
        case Kind.CONFIRM if shown.pending is not None:
            return _confirmation(moment, shown.pending) if proof.settled else None
        case Kind.WORKING:
            return _at_work(moment, shown.pending)
        case Kind.ALARM:
            return Screenful(scenes.alarm(moment.dialogue.ringing, proof.title), {scenes.HUSH.key: _HUSH})
        case Kind.REFUSED:
            return Screenful(scenes.refused(proof.title), {scenes.HOME.key: _HOME}, proof.hint)
        case _:
            return _results(moment, shown.pending, dictionary)


def _tasks(tasks: Sequence[Task], page: int, title: str) -> Screenful:
    count = max(-(-len(tasks) // _ON_A_PAGE), 1)
    here = tasks[page % count * _ON_A_PAGE :][:_ON_A_PAGE]
    choices = [scenes.choice(f"task.{task.name}", scenes.said(task)) for task in here]
    actions = {f"task.{task.name}": Decision(Action.TASK, task, touched=True) for task in here}
    if count > 1:
        choices.append(scenes.MORE)
        actions[scenes.MORE.key] = _MORE
    return Screenful(scenes.tasks(choices, page % count, title), actions)


def _question(pending: Pending) -> Screenful:
    wanted = pending.missing[0]
    options = wanted.choices or (("yes", "no") if wanted.kind == "bool" else ())
    choices: list[Choice] = []
    actions = {scenes.CANCEL.key: _NO}
    for option in options[:_ON_A_PAGE]:
        choices.append(scenes.choice(f"pick.{option}", option))
        words: Words = tuple(option.split())
        actions[choices[-1].key] = Decision(Action.ANSWER, arguments={wanted.name: words}, touched=True)
    return Screenful(scenes.ask(pending, wanted, choices), actions, wanted.allowed())


def _confirmation(moment: Moment, pending: Pending) -> Screenful:
    hint = moment.dialogue.refused_yes or pending.task.help
    scene = scenes.confirm(pending.task, moment.proof.facts)
    return Screenful(scene, {scenes.YES.key: _YES, scenes.NO.key: _NO}, hint)


def _at_work(moment: Moment, pending: Pending | None) -> Screenful:
    """What is being done. A process can be stopped; its screen can be left without stopping it."""
    running = moment.dialogue.running[-1] if moment.dialogue.running else None
    task = pending.task if pending is not None else running.task if running is not None else None
    choices: list[Choice] = [scenes.HOME]
    actions = {scenes.HOME.key: _HOME}
    if running is not None and (task is None or task.is_process):
        choices.insert(0, scenes.STOP)
        actions[scenes.STOP.key] = Decision(Action.STOP, running.task, touched=True)
    title = moment.proof.title or (scenes.said(task) if task is not None else "Working")
    facts = pages(moment.proof.facts)[0]
    return Screenful(scenes.at_work(task, title, facts, choices), actions, moment.proof.hint)


def _results(moment: Moment, pending: Pending | None, dictionary: Dictionary) -> Screenful:
    """What came of it. Those of an effect can be had again, or undone; more than fit are turned through."""
    proof, task = moment.proof, pending.task if pending is not None else None
    effect = task is not None and task.privilege != "read"
    whole = pages(proof.facts)
    choices: list[Choice] = []
    actions = {scenes.HOME.key: _HOME, scenes.AGAIN.key: _AGAIN}
    undoing = _undoing(pending, dictionary)
    if undoing is not None and undoing.task is not None:
        # In place of "again": more than two buttons beside a ring don't fit a small screen.
        choices.append(scenes.choice(f"task.{undoing.task.name}", scenes.said(undoing.task)))
        actions[choices[-1].key] = undoing
    elif effect:
        choices.append(scenes.AGAIN)
    if len(whole) > 1:
        choices.append(scenes.MORE)
        actions[scenes.MORE.key] = _MORE
    page = moment.page % len(whole)
    title = proof.title or (scenes.said(task) if task is not None else "Done")
    if not proof.facts and effect:
        title = f"Done: {title}"
    return Screenful(scenes.results(task, title, whole[page], page, [*choices, scenes.HOME]), actions, proof.hint)


def _undoing(pending: Pending | None, dictionary: Dictionary) -> Decision | None:
    """The `cancel` of the same module, where all that it wants to know was said already."""
    name = pending.task.name.partition(".")[0] + ".cancel" if pending is not None else ""
    task = next((task for task in dictionary.tasks if task.name == name), None)
    if pending is None or task is None or task is pending.task or pending.task.privilege == "read":
        return None
    known = pending.arguments
    if not task.args or any(argument.name not in known for argument in task.args):
        return None
    return Decision(Action.TASK, task, {argument.name: known[argument.name] for argument in task.args}, touched=True)


def _with_words(screenful: Screenful, moment: Moment) -> Screenful:
    """Show at once what is being heard: a word may still change, and a person should see it do so."""
    # A typed word needs no showing: it stands where it was typed.
    said = [word for word in moment.words if word.number >= 0 and word.start_s >= moment.dialogue.heeded_s]
    if not said or moment.time_s - said[-1].end_s > _HEARD_S:
        return screenful
    provisional = not all(word.committed for word in said)
    return _plus(screenful, scenes.heard(" ".join(word.text for word in said), provisional=provisional))


def _with_conditions(screenful: Screenful, moment: Moment) -> Screenful:
    """What people should know of the device stands beside whatever is shown; only what is wrong asks for a look."""
    found = [condition for condition in Condition if condition in moment.sensed.conditions]
    if Condition.RECORDING in found:
        found.remove(Condition.RECORDING)
        screenful = _with_banner(screenful)
    if Condition.MUTED in found:
        found.remove(Condition.MUTED)
        screenful = _muted(screenful)
    if Condition.DEMONSTRATION in found:
        found.remove(Condition.DEMONSTRATION)
        screenful = _announced(screenful, Condition.DEMONSTRATION)
    for condition in found[:_MOST_CONDITIONS]:
        status = Status.WARNING if condition.wrong else Status.OK
        fact = Fact(f"device.{condition.name.lower()}", condition.words, condition.subject, status=status)
        screenful = _plus(screenful, fact)
        scene = screenful.scene
        if condition.wrong and scene.urgency is Urgency.CALM and scene.intent is not Intent.CONFIRM:
            screenful = replace(screenful, scene=replace(scene, urgency=Urgency.NOTICE))
    return screenful


def _with_banner(screenful: Screenful) -> Screenful:
    """That percepts are recorded: in words beside the picture, and an eye in it where no other sign stands."""
    scene = screenful.scene if screenful.scene.icon else replace(screenful.scene, icon="eye")
    return replace(_announced(screenful, Condition.RECORDING), scene=scene)


def _muted(screenful: Screenful) -> Screenful:
    """That nobody is seen or heard: in the title, since what can be touched, the one way left, needs the room."""
    title = short(f"{Condition.MUTED.words.capitalize()}. {screenful.scene.title}".strip(), LONGEST_LABEL)
    return replace(_announced(screenful, Condition.MUTED), scene=replace(screenful.scene, title=title))


def _announced(screenful: Screenful, condition: Condition) -> Screenful:
    """Say it in words beside the picture."""
    return replace(screenful, hint=f"{screenful.hint} ({condition.subject} {condition.words})".strip())


def _plus(screenful: Screenful, fact: Fact) -> Screenful:
    """Add a fact that is about the device, where there is room beside those that are exact."""
    scene = screenful.scene
    if len(scene.facts) >= MOST_FACTS:
        return replace(screenful, hint=f"{screenful.hint} {label(fact.label)}: {fact.value}".strip())
    return replace(screenful, scene=replace(scene, facts=(*scene.facts, fact)))
