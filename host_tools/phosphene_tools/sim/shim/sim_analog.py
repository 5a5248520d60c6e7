# SPDX-License-Identifier: Apache-2.0
"""PWM outputs and the analog-to-digital converter of the simulated board."""

import sim_link as link
from sim_pin import pin_number

_FULL = 65535


class PWM:
    """The world sees frequency and duty, not the single edges."""

    def __init__(self, dest, freq=-1, *, duty_u16=-1, duty_ns=-1, invert=False):
        self._pin = pin_number(dest)
        self._freq = 0
        self._duty = 0
        self._invert = False
        self.init(freq=freq, duty_u16=duty_u16, duty_ns=duty_ns, invert=invert)

    def init(self, *, freq=-1, duty_u16=-1, duty_ns=-1, invert=None):
        if invert is not None:
            self._invert = invert
        if freq != -1:
            if not 8 <= freq <= 62500000:
                raise ValueError("freq out of range")
            self._freq = int(freq)
        if duty_ns != -1:
            duty_u16 = duty_ns * self._freq * _FULL // 1000000000
        if duty_u16 != -1:
            self._duty = max(0, min(_FULL, int(duty_u16)))
        self._tell()

    def deinit(self):
        link.send(link.PWM, self._pin, 0)

    def freq(self, value=None):
        if value is None:
            return self._freq
        return self.init(freq=value)

    def duty_u16(self, value=None):
        if value is None:
            return self._duty
        return self.init(duty_u16=value)

    def duty_ns(self, value=None):
        if value is None:
            return self._duty * 1000000000 // (self._freq * _FULL) if self._freq else 0
        return self.init(duty_ns=value)

    def _tell(self):
        if self._freq:
            duty = _FULL - self._duty if self._invert else self._duty
            link.send(link.PWM, self._pin, duty | self._freq << 16)


class ADC:
    """Channels 0 to 3 are pins 26 to 29, 4 is the chip's own thermometer."""

    CORE_TEMP = 4

    def __init__(self, channel):
        if isinstance(channel, int) and 0 <= channel < 8:
            self._channel = channel
        else:
            self._channel = pin_number(channel) - 26
            if not 0 <= self._channel < 4:
                raise ValueError("Pin doesn't have ADC capabilities")

    def read_u16(self):
        link.drain()
        return link.adc[self._channel]

    def read_uv(self):
        return self.read_u16() * 3300000 // _FULL
