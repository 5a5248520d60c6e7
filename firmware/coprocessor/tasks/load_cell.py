# SPDX-License-Identifier: Apache-2.0
"""Scales: load cells behind an HX711, and their calibration, which outlives resets.

A weight is (counts - tare) * known weight / its counts, all of them integers.
"""

from struct import pack, unpack

import device
import durable
import hx711
from decimals import rounded, scaled
from decimals import text as decimal
from process import Pause
from refusal import OUT_OF_RANGE, Refusal, refused
from task import field, task

RECORD = "<iiI"  # tare, counts of the known weight, the known weight in milligrams
LONGEST_WRITE_MS = 200
HEAVIEST_MG = 0xFFFFFFFF


@task(
    "load_cell.read",
    says=("weigh", "how heavy is it"),
    kind="process",
    args=(field("cell", "text", max=32), field("samples", "u8", min=1)),
    results=(field("grams", "decimal", max=20, unit="g"), field("counts", "i32")),
    idempotent=True,
    privilege="read",
    help="The weight on a calibrated scale, the mean of so many readings, to the digit that one count makes.",
)
def read(cell, samples):
    chip = hx711.named(cell)
    tare, span, known = calibration(cell)
    if not span:
        raise refused("%s is not calibrated; use load_cell.tare and load_cell.calibrate" % cell)
    total = yield from chip.mean(samples)
    # One count weighs known / span milligrams; a digit finer than that would be invented.
    places = 3
    while places and abs(span) * 10 ** (3 - places) < known:
        places -= 1
    grams, _ = rounded((total - samples * tare) * known * 10**places, samples * span * 1000)
    return decimal(grams, places), rounded(total, samples)[0]


@task(
    "load_cell.counts",
    kind="process",
    args=(field("cell", "text", max=32), field("samples", "u8", min=1)),
    results=(field("counts", "i32"),),
    idempotent=True,
    privilege="read",
    help="What the converter of a load cell reads, the mean of so many readings, without calibration.",
)
def counts(cell, samples):
    total = yield from hx711.named(cell).mean(samples)
    return (rounded(total, samples)[0],)


@task(
    "load_cell.tare",
    says=("tare", "set the scale to zero"),
    kind="process",
    args=(field("cell", "text", max=32), field("samples", "u8", min=1)),
    results=(field("counts", "i32"),),
    writes_per_hour=60,
    help="What is on the scale now weighs nothing; kept in flash.",
)
def tare(cell, samples):
    chip = hx711.named(cell)
    _, span, known = calibration(cell)
    total = yield from chip.mean(samples)
    zero, _ = rounded(total, samples)
    yield Pause(LONGEST_WRITE_MS)
    durable.write(_path(cell), pack(RECORD, zero, span, known))
    return (zero,)


@task(
    "load_cell.calibrate",
    kind="process",
    args=(
        field("cell", "text", max=32),
        field("grams", "decimal", max=12, unit="g"),
        field("samples", "u8", min=1),
    ),
    results=(field("counts", "i32"),),
    privilege="maintain",
    writes_per_hour=12,
    help="What is on the scale now, beyond its tare, weighs so many grams; kept in flash.",
)
def calibrate(cell, grams, samples):
    value, places = scaled(grams)
    if places > 3:
        raise Refusal(OUT_OF_RANGE, "grams has more places than milligrams")
    known = value * 10 ** (3 - places)
    if not 0 < known <= HEAVIEST_MG:
        raise Refusal(OUT_OF_RANGE, "grams is not within 0.001 to %d" % (HEAVIEST_MG // 1000))
    chip = hx711.named(cell)
    zero, _, _ = calibration(cell)
    total = yield from chip.mean(samples)
    span = rounded(total, samples)[0] - zero
    if not span:
        raise refused("%s reads the same as empty; put the known weight on it, or check the cell's wires" % cell)
    yield Pause(LONGEST_WRITE_MS)
    durable.write(_path(cell), pack(RECORD, zero, span, known))
    return (span,)


def calibration(cell):
    """(tare, counts of the known weight, known weight in milligrams); zeros before there is one. Raises Refusal."""
    record = durable.read(_path(cell))
    return unpack(RECORD, record) if record else (0, 0, 0)


def _path(cell):
    return device.store + cell + ".scale"
