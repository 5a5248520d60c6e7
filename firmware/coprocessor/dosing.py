# SPDX-License-Identifier: Apache-2.0
"""One dose at work: the pump it runs, the pulses it counts, and what they are in millilitres."""

import device
import journal
from refusal import refused

QUIET_MS = 60  # without a pulse, pump off: nothing flows any more
DRY_MS = 2000  # without a pulse, pump on: the tank is empty, or the meter broken
MARK_PULSES = 4  # between two marks, or more for a dose with too many


class Dose:
    """One dose at work. The meter's interrupt counts, and stops the pump at the ceiling."""

    def __init__(self, key, target):
        wired = _wired()
        self.key = key
        self.target = target
        self.step = max(MARK_PULSES, -(-target // journal.MARKS))
        self.marked = 0
        self.count = 0
        self.ceiling = min(target, 2 * self.step)
        self.page = -1
        self.held = False  # the pump was stopped at the ceiling, and waits for a mark
        self.why = ""
        self.ended = False
        self.left = False
        self.pump = device.outputs.named(wired.get("pump", "pump"))
        self.meter = device.inputs.named(wired.get("flow", "flow"))
        self._seen = 0
        self._flowed_ms = 0

    def pulse(self, _pin):
        self.count += 1
        if self.count >= self.ceiling:
            if self.pump.on:
                self.held = True
            self.pump.make_safe()

    def mark(self, reached):
        self.marked = reached
        self.ceiling = min(self.target, (reached + 2) * self.step)

    def watch(self):
        """From now on it is noted how long nothing flows."""
        self._flowed_ms = device.clock.ms()

    def dry(self) -> bool:
        return self._still_ms() >= DRY_MS

    def quiet(self) -> bool:
        return self._still_ms() >= QUIET_MS

    def _still_ms(self):
        # Noted here, since the clock is not to be asked in an interrupt.
        now = device.clock.ms()
        if self.count != self._seen:
            self._seen = self.count
            self._flowed_ms = now
        return now - self._flowed_ms

    def end(self, book):
        """Write how it ended; nothing flows any more."""
        self.meter.free(self.pulse)
        book.end(self.page, journal.DONE if self.count >= self.target else journal.ABORTED, self.count)
        self.ended = True

    def leave(self) -> bool:
        """The process ends, perhaps before its time: the pump stops. True when its end is still to be written."""
        self.pump.make_safe()
        self.watch()
        self.left = self.page >= 0 and not self.ended
        return self.left


def slack():
    """Pulses that can follow after the last that was allowed."""
    wired = _wired()
    return 1 + -(-wired.get("max_hz", 200) * device.config.get("deadman_ms", 100) // 1000)


def _wired():
    """How the rig wires the dispenser: `pump`, `flow`, `pulses_per_litre`, and `max_hz` of the meter."""
    return device.config.get("dispenser", {})


def pulses(text):
    """A volume in ml as pulses of the meter, to the nearest. Raises Refusal."""
    whole, _, places = text.partition(".")
    if text[0] == "-" or len(places) > 3:
        raise refused("a dose is above 0 and given to thousandths of a millilitre at most")
    microlitres = int(whole + (places + "000")[:3])
    pulses = (microlitres * _per_litre() + 500_000) // 1_000_000
    if not pulses:
        raise refused("%s ml is less than half a pulse of the meter" % text)
    return pulses


def volume(pulses):
    microlitres = (max(0, pulses) * 1_000_000 + _per_litre() // 2) // _per_litre()
    return "%d.%03d" % (microlitres // 1000, microlitres % 1000)


def _per_litre():
    return _wired().get("pulses_per_litre", 5000)
