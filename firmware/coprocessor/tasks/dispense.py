# SPDX-License-Identifier: Apache-2.0
"""The metered dispenser: a dose is poured once or not at all, and what is not certain is said. docs/dispenser.md."""

import device
import dosing
import flash_region
import journal
from process import Pause
from refusal import BUSY, Refusal, refused
from task import field, task

STEP_MS = 5
TASK = "dispense.pour"
STATES = ("unknown", "done", "aborted")  # of a journal's record that nobody works on

_journals = []
_doses = []  # the one that is being poured, or whose end is still to be written


@task(
    "dispense.pour",
    says=("dispense", "pour"),
    kind="process",
    args=(
        field("key", "u64", min=1),
        field("ml", "decimal", max=8, unit="ml"),
    ),
    progress=(field("ml", "decimal", unit="ml"),),
    results=(
        field("outcome", "choice", choices=("unknown", "done", "aborted")),
        field("min_ml", "decimal", unit="ml"),
        field("max_ml", "decimal", unit="ml"),
        field("why", "text", max=160),
    ),
    longest_ms=300,
    on_lease_loss="safe",
    writes_per_hour=36000,
    help="Pour a dose once: the same key again only tells what became of it.",
)
def pour(key, ml):
    if _doses:
        raise Refusal(BUSY, "dose %d is being poured; wait for its end or abort it" % _doses[0].key)
    book = _journal()
    page = book.find(key)
    if page >= 0:
        return _told(book.read(page)) + ("it was asked for before",)
    if book.forgotten(key):
        raise refused("key %d is not above %d, the highest that was forgotten; keys must rise" % (key, book.floor))
    dose = dosing.Dose(key, dosing.pulses(ml))
    dose.meter.check_free()
    dose.pump.check_change()
    _doses.append(dose)
    try:
        yield from _pour(dose, book)
    finally:
        if not dose.leave():
            _doses.clear()
    if book.worth_erasing() and _may_pause(flash_region.ERASE_MS):
        yield Pause(flash_region.ERASE_MS)
        book.erase_ahead()
    return _told(book.read(dose.page)) + (dose.why,)


def _pour(dose, book):
    """The dose from its intent to its end in the journal."""
    if not book.ready():
        yield Pause(flash_region.ERASE_MS)
        book.erase_ahead()
    yield Pause(flash_region.PAGE_MS)
    dose.page = book.intend(dose.key, TASK, dose.target, dose.step)
    dose.meter.irq(dose.pulse)
    try:
        yield from _run(dose, book)
    except Refusal as refusal:  # the pump must not go on, or not go on again
        dose.why = refusal.text
    dose.pump.make_safe()
    dose.watch()
    while not dose.quiet():
        yield STEP_MS
    yield Pause(flash_region.PAGE_MS)
    dose.end(book)


def _run(dose, book):
    """Let the pump run until the meter says enough, or somebody else took it off. Raises Refusal."""
    dose.pump.turn_on()
    dose.watch()
    while True:
        yield STEP_MS
        if dose.dry():
            raise refused("no flow for %d ms: is the tank empty?" % dosing.DRY_MS)
        if dose.count >= dose.target:
            return
        if not dose.pump.on and not dose.held:
            raise refused("%s went off: %s" % (dose.pump.name, dose.pump.latched or "a call asked for it"))
        reached = dose.count // dose.step
        if reached > dose.marked:
            # A page is 1 to 3 ms without interrupts. The pump runs on through the pause, but not beyond the
            # ceiling; the meter's edge waits in the pin's hardware meanwhile, so that none
            # is lost up to 300 a second.
            yield Pause(flash_region.PAGE_MS)
            book.mark(dose.page, reached)
            dose.mark(reached)
            yield (dosing.volume(dose.count),)
            if dose.held:
                dose.held = False
                dose.pump.turn_on()  # the mark came late, and the ceiling stopped the pump
                dose.watch()


@task(
    "dispense.outcome",
    args=(field("key", "u64", min=1),),
    results=(
        field("outcome", "choice", choices=("unknown", "done", "aborted", "pouring", "never", "forgotten")),
        field("min_ml", "decimal", unit="ml"),
        field("max_ml", "decimal", unit="ml"),
    ),
    idempotent=True,
    longest_ms=300,
    privilege="read",
    help="What became of a dose, and between which volumes it was.",
)
def outcome(key):
    if _doses and _doses[0].key == key:
        dose = _doses[0]
        return "pouring", dosing.volume(dose.count - 1), dosing.volume(dose.target + dosing.slack())
    book = _journal()
    page = book.find(key)
    if page >= 0:
        return _told(book.read(page))
    return "forgotten" if book.forgotten(key) else "never", "0", "0"


@task(
    "dispense.last",
    results=(field("key", "u64"),),
    idempotent=True,
    longest_ms=300,
    privilege="read",
    help="The highest key that was used, or 0: where a host goes on that lost its own count.",
)
def last():
    return (_journal().highest,)


def _settle():
    """Write the end of a dose whose process was stopped; called in every round of the dispatcher."""
    if _doses and _doses[0].left and _doses[0].quiet():
        # Without a pause, for no process is left that could wait for one. In 1 ms a UART may lose 60 bytes,
        # which the line sends again.
        _doses[0].end(_journal())
        _doses.clear()


device.drains.append(_settle)


def _journal():
    if not _journals:
        _journals.append(journal.Journal(flash_region.open_region("journal", device.config)))
    return _journals[0]


def _may_pause(longest_ms) -> bool:
    try:
        device.line.pauses.check(longest_ms)
    except Refusal:
        return False
    return True


def _told(record):
    """Outcome and the volumes that it lies between."""
    if record.state:
        ended = dosing.volume(record.ended)
        return STATES[record.state], ended, ended
    # It stopped between its last mark and the ceiling that this mark set, or as long after it as a board
    # that stands still keeps its pump on: until the dead-man falls. The meter's wheel stood anywhere
    # between two pulses, before and after.
    highest = min(record.amount, (record.marks + 2) * record.step) + dosing.slack()
    return STATES[0], dosing.volume(record.marks * record.step - 1), dosing.volume(highest)
