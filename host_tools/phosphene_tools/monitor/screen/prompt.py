# SPDX-License-Identifier: Apache-2.0
"""The line at the foot of the screen, where a call, a filter or a file's name is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import Completer
from prompt_toolkit.history import History, InMemoryHistory
from prompt_toolkit.layout.containers import VSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.processors import AppendAutoSuggestion


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that can be asked for."""

    buffer: Buffer
    control: BufferControl
    container: VSplit


def prompt(
    label: str,
    accept: Callable[[str], None],
    *,
    completer: Completer | None = None,
    history: History | None = None,
) -> Prompt:
    """Return a prompt with completion, and suggestions from what was typed before.

    `accept` gets the line when it was typed; an empty one too.
    """

    def accepted(buffer: Buffer) -> bool:
        accept(buffer.text.strip())
        return False

    buffer = Buffer(
        accept_handler=accepted,
        completer=completer,
        complete_while_typing=False,
        history=history or InMemoryHistory(),
        auto_suggest=AutoSuggestFromHistory(),
        multiline=False,
    )
    control = BufferControl(buffer, input_processors=[AppendAutoSuggestion()])
    text = f" {label} "
    title = Window(FormattedTextControl([("class:task", text)]), width=len(text), dont_extend_width=True)
    return Prompt(buffer, control, VSplit([title, Window(control, height=1)], height=1))
