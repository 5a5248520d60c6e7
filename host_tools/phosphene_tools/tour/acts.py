# SPDX-License-Identifier: Apache-2.0
"""The script of the tour: what is said, touched and done, and what must come to stand on the screen each time."""

from __future__ import annotations

from typing import Final

from phosphene_tools.tour.script import HOME, Act, Deed, Stands, does, says, touches, types, watches

_POURED: Final = r"\d+\.\d+ ?ml"
ASKED: Final = Stands("dispense.*", ("ml 200 ?ml",), ("Yes", "No"))
GONE: Final = Stands("The board does not answer", numbers=False)
BOOKED: Final = Stands("its outputs were made safe: the lease.*", ("outcome aborted", f"min {_POURED}"))

ACTS: Final = (
    Act(
        "welcome",
        "Nobody touched anything, so a scripted visitor shows what this device does.",
        (does(Deed.COMES, HOME, caption="comes in and looks at the screen", look_s=5.0),),
    ),
    Act(
        "a sum",
        "No network computes anything: every digit comes from the micro-controller.",
        (
            says("calculate twelve plus forty", Stands("calculate.*", (r"value 52(\.00)?",))),
            touches("Tasks", HOME, look_s=1.0),
        ),
    ),
    Act(
        "a conversion",
        "A line can be typed, too. Without an end the digits are rounded, and the screen says so.",
        (
            types("convert.units 26.2 mi km", Stands("convert.*", ("value 42.16 ?km", "exact no")), look_s=5.0),
            touches("Tasks", HOME, look_s=1.0),
        ),
    ),
    Act(
        "a timer",
        "What has an effect is shown first. A yes counts if it is clear, and somebody looks.",
        (
            says("set timer five minutes", Stands("set a timer.*", ("seconds 300 ?s",), ("Yes", "No")), look_s=4.0),
            says("yes", Stands("set a timer.*", ("five minutes 00:04:.*",)), look_s=6.0),
            touches("cancel the timer", Stands("cancel the timer.*", choices=("Yes", "No"))),
            touches("Yes", Stands("Done: cancel the timer.*")),
            touches("Tasks", HOME, look_s=1.0),
        ),
    ),
    Act(
        "a timer that rings",
        "The micro-controller counts and rings, also when nothing else is left alive.",
        (
            says("set timer twelve seconds", Stands("set a timer.*", ("seconds 12 ?s",), ("Yes", "No"))),
            says("yes", Stands("set a timer.*", ("twelve seconds 00:00:.*",)), look_s=0.0),
            watches(Stands("Time is up", choices=("Stop",)), within_s=20.0, look_s=4.0, caption="waits"),
            says("stop", HOME, look_s=2.0),
        ),
    ),
    Act(
        "a room",
        "A thermostat runs on the micro-controller, and goes on when this program is gone.",
        (
            says("keep to twenty two degrees", Stands("keep it at: thermostat.*", ("celsius twenty two.*",))),
            says("heat", Stands("keep it at.*", ("thermostat heat", "celsius 22 ?°C"), ("Yes", "No"))),
            says("yes", Stands("keep it at.*", (r"celsius 21\.\d+ ?°C",), ("Stop",)), look_s=6.0),
            touches("Stop", Stands("Stopped.*")),
            touches("Tasks", HOME, look_s=1.0),
        ),
    ),
    Act(
        "a door",
        "It opens only for a grant that its owner's key has signed, and this device has no such key.",
        (
            says("unlock the door", Stands("open: grant.*", choices=("Cancel",)), look_s=5.0),
            touches("Cancel", HOME, look_s=1.0),
            does(Deed.OPENS_DOOR, HOME, look_s=0.0, caption="opens the door with the owner's key, from elsewhere"),
            types("safety.output door", Stands("what about.*", ("on yes",)), look_s=0.0),
            watches(Stands("what about.*", ("on no",)), look_s=4.0, caption="watches it lock itself"),
            touches("Tasks", Stands("Made safe", ("door went off",))),
            touches("Tasks", HOME, look_s=1.0),
        ),
    ),
    Act(
        "a dose, and a pulled cable",
        "A pump is dangerous: it stays off until the owner arms the board.",
        (
            says("dispense two hundred", ASKED),
            says("yes", Stands("it failed: pump is behind ENABLE.*"), look_s=5.0),
            touches("Tasks", HOME, look_s=1.0),
            says("dispense two hundred", ASKED),
            does(Deed.TURNS_KEY, ASKED, caption="turns the owner's key: the board is armed", look_s=1.5),
            says("yes", Stands("dispense 200", (f"ml {_POURED}",), ("Stop",)), look_s=2.5),
            does(Deed.PULLS_CABLE, GONE, within_s=3.0, look_s=1.0, caption="pulls the cable in the middle of the dose"),
            watches(GONE, look_s=6.0, caption="No number is left to believe, and the pump has stopped by itself."),
            does(Deed.PLUGS_CABLE, BOOKED, within_s=20.0, look_s=3.0, caption="plugs it in again"),
            watches(
                BOOKED, look_s=6.0, caption="It does not pour twice: the board's own book says what became of the dose."
            ),
            touches("Tasks", HOME, look_s=1.0),
            says("is it safe", Stands("is it safe", ("armed no",)), look_s=5.0),
            touches("Tasks", HOME, look_s=1.0),
        ),
    ),
    Act(
        "good-bye",
        "Touch or type anything, or let the device use your camera and microphone: it is yours.",
        (does(Deed.LEAVES, HOME, caption="leaves", look_s=5.0),),
    ),
)
"""Four to five minutes. Words are of those that hearing knows; the names are those of rig `sim`."""
