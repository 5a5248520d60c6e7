# SPDX-License-Identifier: Apache-2.0
"""One page on `/senses`: its camera and microphone come in, what the device makes of them goes out."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any, Final

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from phosphene.console import percepts_message, senses_messages
from phosphene.console.budget import Budget
from phosphene.console.messages import LARGEST_MESSAGE
from phosphene.console.outbox import Outbox
from phosphene.console.senses_messages import Drawn, Follow, GiveBack, Mute, PagePicture, PageSound, Take
from phosphene.console.senses_status import status
from phosphene.console.sensing import Sensing
from phosphene.console.visitor import Visitor
from phosphene.errors import PhospheneError
from phosphene.senses.perceived import Ended, Listened, Looked, Perceived
from phosphene.senses.spectrum import STEP_S
from phosphene.sensors.protocol import SensorEvent

IN_FLIGHT: Final = 2
"""Pictures of the device's camera that may be on their way to a page."""
_LOOK_S: Final = 0.25


async def no_senses(socket: WebSocket) -> None:
    """Tell a page that this console has none, for as long as it stays."""
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_json({"type": "senses", "there": False})
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass


class SensesSocket:
    """The conversation with one page; also the owner of what it brings."""

    def __init__(self, socket: WebSocket, sensing: Sensing) -> None:
        self.name = f"a page on {socket.client.host if socket.client else 'this computer'}"
        self._socket = socket
        self._sensing = sensing
        self._outbox = Outbox()
        self._budget = Budget()
        self._visitor: Visitor | None = None
        self._flying: set[int] = set()

    async def serve(self) -> None:
        """Talk until the page leaves; then its sensors are given back."""
        await self._socket.accept()
        try:
            with self._sensing.showing(self):
                async with asyncio.TaskGroup() as group:
                    others = [group.create_task(work()) for work in (self._send, self._tell_status)]
                    await self._receive()
                    for other in others:
                        other.cancel()
        except* WebSocketDisconnect:
            pass
        except* RuntimeError:
            # What is sent to a page that has just left fails in this way, too.
            if WebSocketState.DISCONNECTED not in {self._socket.client_state, self._socket.application_state}:
                raise
        finally:
            await asyncio.shield(self._sensing.senses.give_back(self))

    # ---- for the senses and the sensing

    def lost(self, to: str) -> None:
        self._visitor = None
        self._outbox.put({"type": "lost", "text": f"Camera and microphone were taken over by {to}: yours are off."})

    def put(self, message: dict[str, Any]) -> None:
        self._outbox.put(message)

    def tell(self, told: Perceived) -> None:
        match told:
            case Looked(frame, seen, took_ms):
                if self._visitor is not None:
                    self._outbox.replace(
                        "seen", percepts_message.seen(self._visitor.number_of(frame.time_s), seen, took_ms)
                    )
            case Listened():
                if len(told.columns):
                    self._outbox.put(percepts_message.columns(told.columns, told.columns_s, STEP_S))
                for hop in told.heard or ():
                    self._outbox.put(percepts_message.heard(hop))
                if told.heard is None:
                    self._outbox.replace("level", percepts_message.level(told))
            case SensorEvent():
                self._outbox.put(percepts_message.event(told))
            case Ended():
                self._flying.clear()
            case _:
                pass  # status tells it

    @property
    def draws(self) -> bool:
        return len(self._flying) < IN_FLIGHT

    def camera_picture(self, jpeg: bytes, looked: Looked) -> None:
        number = looked.frame.number
        self._flying.add(number)
        self._outbox.replace(
            f"picture {number}",
            percepts_message.picture(number, looked.frame.time_s, jpeg),
            percepts_message.seen(number, looked.seen, looked.took_ms),
        )

    # ---- the conversation

    async def _send(self) -> None:
        while True:
            for item in await self._outbox.next():
                await (self._socket.send_bytes(item) if isinstance(item, bytes) else self._socket.send_json(item))

    async def _tell_status(self) -> None:
        told: dict[str, Any] | None = None
        while True:
            now = status(self._sensing, self)
            if now != told:
                self._outbox.put(now)
                told = now
            await asyncio.sleep(_LOOK_S)

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            arrived_s = time.monotonic()
            text, data = message.get("text"), message.get("bytes")
            try:
                if text is not None:
                    if len(text) > LARGEST_MESSAGE:
                        raise ValueError(f"a message of {len(text)} characters")
                    await self._take(senses_messages.read(text))
                elif data is not None:
                    self._take_bytes(senses_messages.read_bytes(data), arrived_s)
            except (ValidationError, ValueError) as error:
                why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
                self._outbox.replace("say", {"type": "say", "text": f"not understood: {why}"})
            except PhospheneError as error:
                self._outbox.replace("say", {"type": "refused", "text": str(error)})
            # Not read, the next message waits in the page: a flood stays where it comes from.
            await self._budget.spend(len(text or data or b""))

    async def _take(self, message: senses_messages.FromPage) -> None:
        match message:
            case Take():
                self._visitor = None
                visitor = Visitor(message)
                await self._sensing.senses.take(self, visitor.sensors, over=message.over)
                self._visitor = visitor
            case GiveBack():
                self._visitor = None
                await self._sensing.senses.give_back(self)
            case Follow():
                self._sensing.following.set(message.setting, on=message.on)
            case Drawn():
                self._flying.discard(message.number)
            case Mute():
                await self._mute(on=message.on)

    async def _mute(self, *, on: bool) -> None:
        try:
            if self._sensing.keeper is not None:
                await self._sensing.keeper.mute(on=on)
        except PhospheneError as error:
            self._outbox.replace("say", {"type": "say", "text": str(error)})

    def _take_bytes(self, piece: PagePicture | PageSound, arrived_s: float) -> None:
        """Blocks of a page whose sensors aren't in use are passed over: they were on their way."""
        if self._visitor is None:
            return
        if isinstance(piece, PagePicture):
            self._visitor.picture(piece, arrived_s)
        else:
            self._visitor.sound(piece)
