# SPDX-License-Identifier: Apache-2.0
"""Who listens on a client's channel: subscriptions to events, and taps of frames."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from phosphene.line.broker.messages import COUNT, EVENT, TAP, Kind, pack, split
from phosphene.line.events import Gap, LineEvent
from phosphene.line.frame import decode
from phosphene.line.subscription import Subscription
from phosphene.line.tap import Direction, TapCallback, TapRecord
from phosphene.line.wire import Event


class Listeners:
    """Asks the broker for what somebody here wants to hear, once for all of them. `write` sends a message."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.taps_lost = 0
        self._write = write
        self._subscriptions: list[Subscription] = []
        self._taps: list[TapCallback] = []

    def subscribe(self) -> Subscription:
        """Return a queue of events and changes from now on."""
        subscription = Subscription(self._subscriptions.remove)
        self._subscriptions.append(subscription)
        if len(self._subscriptions) == 1:
            self._write(pack(Kind.SUBSCRIBE))
        return subscription

    def tap(self, callback: TapCallback) -> Callable[[], None]:
        """Call `callback` with every frame; return what ends that."""
        self._taps.append(callback)
        if len(self._taps) == 1:
            self._write(pack(Kind.TAP_ON))
        return partial(self._untap, callback)

    def attached(self) -> None:
        """A new broker is there: ask it for the same."""
        if self._subscriptions:
            self._write(pack(Kind.SUBSCRIBE))
        if self._taps:
            self._write(pack(Kind.TAP_ON))

    def publish(self, event: LineEvent) -> None:
        """Tell every subscription."""
        for subscription in tuple(self._subscriptions):
            subscription.publish(event)

    def close(self) -> None:
        """End all subscriptions."""
        for subscription in tuple(self._subscriptions):
            subscription.close()

    def on_event(self, payload: bytes) -> None:
        """Take an EVENT. Raises Malformed."""
        (seq, dropped, task, time_us, what), fields = split(EVENT, payload)
        self.publish(Event(seq, dropped, task, time_us, what, fields))

    def on_gap(self, payload: bytes) -> None:
        """Take a GAP. Raises Malformed."""
        (missed,), _ = split(COUNT, payload)
        self.publish(Gap(missed))

    def on_tapped(self, payload: bytes) -> None:
        """Take a TAPPED. Raises Malformed."""
        (at_ns, to_board), raw = split(TAP, payload)
        direction = Direction.TO_BOARD if to_board else Direction.TO_HOST
        record = TapRecord(at_ns, direction, raw, decode(raw.removesuffix(b"\0")))
        for callback in tuple(self._taps):
            callback(record)

    def on_taps_lost(self, payload: bytes) -> None:
        """Take a TAPS_LOST. Raises Malformed."""
        (lost,), _ = split(COUNT, payload)
        self.taps_lost += lost

    def _untap(self, callback: TapCallback) -> None:
        if callback in self._taps:
            self._taps.remove(callback)
            if not self._taps:
                self._write(pack(Kind.TAP_OFF))
