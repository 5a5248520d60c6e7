# SPDX-License-Identifier: Apache-2.0
"""Which /dev/video… of this computer are cameras: one webcam brings several, not all of which deliver pictures."""

from __future__ import annotations

import fcntl
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# linux/videodev2.h: struct v4l2_capability is driver[16], card[32], bus_info[32], version, capabilities, device_caps,
# reserved[3].
_CAPABILITY: Final = struct.Struct("<16s32s32s3I12x")
_QUERYCAP: Final = 0x8000_0000 | (_CAPABILITY.size << 16) | (ord("V") << 8)  # _IOR('V', 0, …)
_CAPTURE: Final = 0x0000_0001
_CAPTURE_PLANES: Final = 0x0000_1000
_OF_DEVICE: Final = 0x8000_0000


@dataclass(frozen=True, slots=True)
class VideoDevice:
    """A device that delivers pictures: its path, and the name that its driver gives it."""

    path: str
    card: str


def captures(folder: Path = Path("/dev")) -> list[VideoDevice]:
    """Return the devices that deliver pictures, in the order of their numbers. What can't be asked is left out."""
    paths = (path for path in folder.glob("video*") if path.name[5:].isdigit())
    devices = (_ask(path) for path in sorted(paths, key=lambda path: int(path.name[5:])))
    return [device for device in devices if device is not None]


def _ask(path: Path) -> VideoDevice | None:
    try:
        fd = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        answer = fcntl.ioctl(fd, _QUERYCAP, bytes(_CAPABILITY.size))
    except OSError:
        return None
    finally:
        os.close(fd)
    _, card, _, _, capabilities, of_device = _CAPABILITY.unpack(answer)
    if capabilities & _OF_DEVICE:
        capabilities = of_device
    if not capabilities & (_CAPTURE | _CAPTURE_PLANES):
        return None
    return VideoDevice(str(path), card.split(b"\0")[0].decode("utf-8", "replace"))
