# SPDX-License-Identifier: Apache-2.0
"""OpenCV, imported when a camera or a video needs it, and what its capture has in common for both."""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.errors import SensorError


def load(place: str) -> Any:
    """Return the module cv2, told to be quiet: what goes wrong is told by us. Raises SensorError without it."""
    # Read once, when its video library is first used: -8 is quiet.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    try:
        cv2: Any = importlib.import_module("cv2")
    except ImportError as error:
        raise SensorError(
            "OpenCV, which reads cameras and videos, is not installed",
            place=place,
            cure='pip install "opencv-python-headless<5", or phosphene[camera]',
        ) from error
    with suppress(AttributeError):
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def pixels(cv2: Any, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what a capture delivered, grey or BGR, as uint8 [height, width, 3], RGB."""
    code = cv2.COLOR_GRAY2RGB if picture.ndim == 2 or picture.shape[2] == 1 else cv2.COLOR_BGR2RGB
    return cv2.cvtColor(picture, code)
