# SPDX-License-Identifier: Apache-2.0
"""Chains of WS2812 lamps: `board.json` declares `"lights": [{"name", "pin", "count", "channels", "max_ma"}]`.

`channels` is 3, or 4 with white; `max_ma` is what the supply can give, 0 for any.
"""

import device
from machine import Pin
from neopixel import NeoPixel
from refusal import OUT_OF_RANGE, Refusal, refused
from task import field, task

# WS2812B datasheet (WorldSemi), "RGB IC characteristic parameter": each channel draws about 20 mA at 255.
CHANNEL_MA = 20

_chains = {}


@task(
    "lights.fill",
    says=("light", "make the lamps"),
    args=(field("lights", "text", max=32), field("colour", "bytes", min=3, max=4)),
    results=(field("milliamperes", "u32", unit="mA"),),
    idempotent=True,
    help="All lamps of a chain in one colour: red, green, blue and, where there is one, white.",
)
def fill(lights, colour):
    chain, declared = _chain(lights)
    if len(colour) != chain.bpp:
        raise refused("a lamp of %s has %d channels, the colour %d" % (lights, chain.bpp, len(colour)))
    return (_show(chain, declared, bytes(colour) * chain.n, 0),)


@task(
    "lights.set",
    says=("set the lamps",),
    args=(
        field("lights", "text", max=32),
        field("first", "u16"),
        field("colours", "bytes", min=3, max=960),
    ),
    results=(field("milliamperes", "u32", unit="mA"),),
    idempotent=True,
    help="The colours of lamps from the first one named on, counted from 0; the others stay.",
)
def set_(lights, first, colours):
    chain, declared = _chain(lights)
    lamps, rest = divmod(len(colours), chain.bpp)
    if rest:
        raise refused("a lamp of %s has %d channels; give whole lamps" % (lights, chain.bpp))
    if first + lamps > chain.n:
        raise Refusal(OUT_OF_RANGE, "%s has lamps 0 to %d" % (lights, chain.n - 1))
    return (_show(chain, declared, bytes(colours), first),)


def _show(chain, declared, colours, first):
    """Write, if the supply can give it; milliamperes of the whole chain. Raises Refusal."""
    size = chain.bpp
    start = first * size
    total = sum(chain.buf) - sum(chain.buf[start : start + len(colours)]) + sum(colours)
    milliamperes = (total * CHANNEL_MA + 254) // 255
    most = declared.get("max_ma", 0)
    if most and milliamperes > most:
        raise refused(
            "%s would draw %d mA and may draw %d; choose darker colours" % (declared["name"], milliamperes, most)
        )
    for i in range(0, len(colours), size):
        chain[first + i // size] = tuple(colours[i : i + size])
    chain.write()
    return milliamperes


def _chain(name):
    declared_chains = device.config.get("lights", ())
    for declared in declared_chains:
        if declared["name"] == name:
            if name not in _chains:
                _chains[name] = NeoPixel(Pin(declared["pin"], Pin.OUT), declared["count"], declared.get("channels", 3))
            return _chains[name], declared
    raise refused("no lights %r; there are: %s" % (name, " ".join([c["name"] for c in declared_chains])))
