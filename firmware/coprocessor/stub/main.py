# SPDX-License-Identifier: Apache-2.0
"""The boot stub: picks the version of the firmware that runs. docs/flash.md.

It lies on the board as it is, beside the slots, and no update touches it. It is source, so that it runs under an
interpreter that can't load the slots' files any more and can say so.
"""

import gc
import os
import sys

import machine
import slots

WATCHDOG_MS = 8000  # 8388 is the longest of an RP2


def abi() -> str:
    """What .mpy files this interpreter loads: version, sub-version of machine code, architecture."""
    mpy = sys.implementation._mpy
    return "%d.%d/%d" % (mpy & 0xFF, mpy >> 8 & 3, mpy >> 10 & 15)


def pick(root: str, feed) -> str:
    """The slot to run, or "" when none may. Counts a start of a version on trial before it begins."""
    record = slots.read(root)
    if record is None:
        return ""
    if record.trial:
        if not record.left:
            record.drop_trial("it was not confirmed in %d starts" % slots.STARTS)
            slots.write(root, record)
        else:
            # Written first: a start that never ends counts, too.
            record.left -= 1
            slots.write(root, record)
            why = _unfit(root, record, record.trial, feed)
            if not why:
                return record.trial
            record.drop_trial(why)
            slots.write(root, record)
    # The one that was confirmed; should its flash have failed, the one before it.
    for slot in (record.active, "b" if record.active == "a" else "a"):
        if slot:
            why = _unfit(root, record, slot, feed)
            if not why:
                return slot
            print("slot %s: %s" % (slot, why))
    return ""


def _unfit(root: str, record: slots.Record, slot: str, feed) -> str:
    """Why a slot must not run, or ""."""
    checking = slots.check(root + slot, record.seals[slot])
    while True:
        feed()
        try:
            next(checking)
        except StopIteration as end:
            why = end.value
            break
    if not why:
        facts = slots.facts(root + slot)
        if facts["abi"] != abi():
            why = "it was compiled for ABI %s, and this interpreter has %s" % (facts["abi"], abi())
        elif int(facts["counter"]) < record.counter:
            why = "it is older than this board allows"
    return why


def start() -> None:
    """Run the picked version; without one, leave the board to the REPL."""
    root = os.getcwd()
    root = root if root.endswith("/") else root + "/"
    if slots.read(root) is None:
        print("no firmware is installed: phosphene flash")
        return
    watchdog = machine.WDT(timeout=WATCHDOG_MS)
    try:
        slot = pick(root, watchdog.feed)
        if slot:
            os.chdir(root + slot)
            del sys.modules["slots"]  # the version brings its own
            gc.collect()
            watchdog.feed()
            __import__("main")  # which feeds a watchdog of its own, in maintenance, too
            return
        print("no version may run: phosphene flash")
    except KeyboardInterrupt:
        print("stopped by Ctrl-C")
    except BaseException as fault:  # a start that did not succeed; the next one counts down, or waits for Ctrl-C
        sys.print_exception(fault)
        machine.reset()
    # It can't be stopped, and whoever is at the REPL needs longer.
    feeding = machine.Timer(-1)
    feeding.init(period=1000, mode=machine.Timer.PERIODIC, callback=lambda _: watchdog.feed())


if __name__ == "__main__":
    start()
