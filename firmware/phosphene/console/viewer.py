# SPDX-License-Identifier: Apache-2.0
"""One page that looks: the newest frame goes out, at most two unanswered; what the person does comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from phosphene.accelerators.inference import Inference, InferenceState
from phosphene.console import messages
from phosphene.console.pressing import press
from phosphene.console.screen import Screen

IN_FLIGHT: Final = 2
"""Frames that may be on their way: a page that stalls gets the newest afterwards, not all that it missed."""
PULSE_S: Final = 0.5
"""How often the page is told that the console lives; without it the page covers its picture."""


class Person(Protocol):
    """Takes what a person does; `about` is what the page should know of the device beside the picture."""

    def typed(self, line: str) -> None:
        """A line was typed."""
        ...

    def chosen(self, key: str) -> None:
        """A choice of the scene that is shown was touched."""
        ...

    def here(self) -> None:
        """Somebody is at a page, and has not done anything to the device yet."""
        ...

    def about(self) -> dict[str, Any]:
        """State of the board, and the tasks that can be typed; what a `visitor` of its own does, while there is one."""
        ...

    def vitals(self) -> dict[str, Any]:
        """How the loop, the line and the machine do, in figures; empty where nothing runs."""
        ...


class Viewer:
    """The conversation with one page."""

    def __init__(self, socket: WebSocket, screen: Screen, person: Person, inference: Inference | None = None) -> None:
        self._socket = socket
        self._screen = screen
        self._person = person
        self._inference = inference
        self._flying: set[int] = set()
        self._room = asyncio.Event()
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Talk until the page leaves."""
        await self._socket.accept()
        try:
            await _until_first_ends(self._send_frames, self._send_pulse, self._receive)
        except WebSocketDisconnect:
            return
        except RuntimeError:
            # What is sent to a page that has just left fails in this way, too.
            if WebSocketState.DISCONNECTED not in {self._socket.client_state, self._socket.application_state}:
                raise

    async def _send_frames(self) -> None:
        with self._screen.looking() as fresh:
            while True:
                await fresh.wait()
                while len(self._flying) >= IN_FLIGHT:
                    self._room.clear()
                    await self._room.wait()
                fresh.clear()
                shown = self._screen.newest
                assert shown is not None
                self._flying.add(shown.number)
                async with self._sending:
                    if shown.painted is None:
                        await self._socket.send_json(messages.trouble(shown))
                        continue
                    await self._socket.send_json(messages.tree(shown))
                    await self._socket.send_bytes(messages.frame(shown.number, shown.painted, shown.pixels))

    async def _send_pulse(self) -> None:
        told: dict[str, Any] | None = None
        state: InferenceState | None = None
        while True:
            about = self._person.about() | {"settings": self._screen.settings.model_dump(mode="json")}
            async with self._sending:
                if about != told:
                    await self._socket.send_json({"type": "about"} | about)
                    told = about
                if self._inference is not None and self._inference.state is not state:
                    state = self._inference.state
                    await self._socket.send_json(messages.inference(state))
                if vitals := self._person.vitals():
                    await self._socket.send_json({"type": "vitals"} | vitals)
                await self._socket.send_json({"type": "pulse", "late_s": round(self._screen.late_s, 1)})
            await asyncio.sleep(PULSE_S)

    async def _receive(self) -> None:
        while True:
            text = await self._socket.receive_text()
            try:
                if len(text) > messages.LARGEST_MESSAGE:
                    raise ValueError(f"a message of {len(text)} characters")
                self._take(messages.read(text))
            except (ValidationError, ValueError) as error:
                first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
                await self._say(f"not understood: {first}")

    def _take(self, message: messages.FromPage) -> None:
        match message:
            case messages.Displayed():
                self._flying.discard(message.frame)
                self._room.set()
            case messages.Typed():
                self._person.typed(message.line)
            case messages.Chosen():
                press(self._screen, self._person, message.key, message.frame)
            case messages.Here():
                self._person.here()
            case messages.AnotherLook():
                self._screen.another_look()
            case messages.Set():
                self._screen.set(messages.changed(self._screen.settings, message.settings))

    async def _say(self, text: str) -> None:
        async with self._sending:
            await self._socket.send_json({"type": "say", "text": text})


async def _until_first_ends(*works: Callable[[], Awaitable[None]]) -> None:
    """Run them together until one ends, and end the others; raise what that one raised."""
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
