# SPDX-License-Identifier: Apache-2.0
"""Sound and pictures whose content is known, and what perceives it by plain arithmetic: tones stand for words, a
magenta square for a face, a green one for a hand.

They stand in for the networks where a test is about the way from a sensor to the page and to the screen.
"""

from __future__ import annotations

import wave
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.percepts import Face, Gesture, Hand, Heard, Seen, Word
from phosphene.senses.spectrum import level_db
from phosphene.sensors.blocks import RATE_HZ, Frame, Sound

WORDS: Final = ("timer", "five", "minutes", "yes", "no", "calculate", "six", "times", "seven")
_LOWEST_HZ: Final = 500
_APART_HZ: Final = 200
_HOP: Final = 1280
_LOUD_DB: Final = -30.0
_PAUSE_HOPS: Final = 4
MAGENTA: Final = (230, 20, 220)
GREEN: Final = (20, 220, 40)


def spoken(
    words: Sequence[str], rate_hz: int = 44_100, *, before_s: float = 0.0, after_s: float = 0.5
) -> NDArray[np.int16]:
    """Return int16 [n]: a tone of 0.32 s for each word, 0.16 s of silence between them."""
    silence = np.zeros(round(0.16 * rate_hz))
    pieces = [np.zeros(round(before_s * rate_hz))]
    for word in words:
        at = np.arange(round(0.32 * rate_hz)) / rate_hz
        tone = np.sin(2 * np.pi * (_LOWEST_HZ + _APART_HZ * WORDS.index(word)) * at)
        fade = np.minimum(1, np.minimum(at, at[::-1]) / 0.01)
        pieces += [0.5 * tone * fade, silence]
    pieces.append(np.zeros(round(after_s * rate_hz)))
    return (32_767 * np.concatenate(pieces)).astype(np.int16)


def write_wave(path: Path, samples: NDArray[np.int16], rate_hz: int = 44_100) -> Path:
    """Write samples [n] or [n, channels] as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return path


def write_film(path: Path, pictures: Sequence[NDArray[np.uint8]]) -> Path:
    """Write pictures, uint8 [height, width, 3], as a Y4M film of 30 a second (4:2:0, BT.601, studio range)."""
    height, width, _ = pictures[0].shape
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F30:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            red, green, blue = (picture[:, :, part].astype(np.float32) for part in range(3))
            luma = 16 + 0.257 * red + 0.504 * green + 0.098 * blue
            chroma = (
                128 - 0.148 * red - 0.291 * green + 0.439 * blue,
                128 + 0.439 * red - 0.368 * green - 0.071 * blue,
            )
            file.write(b"FRAME\n" + luma.round().astype(np.uint8).tobytes())
            for plane in chroma:
                file.write(plane.reshape(height // 2, 2, width // 2, 2).mean((1, 3)).round().astype(np.uint8).tobytes())
    return path


def a_picture(face: tuple[int, int, int] | None = (200, 120, 160), hand: bool = False) -> NDArray[np.uint8]:
    """Return a 640×480 picture: a magenta square at left, top with a side, and a green one at the lower right."""
    rows, columns = np.mgrid[0:480, 0:640]
    picture = np.stack((columns // 8, rows // 8, (rows + columns) // 12 + 40), axis=2).astype(np.uint8)
    if face:
        left, top, side = face
        picture[top : top + side, left : left + side] = MAGENTA
    if hand:
        picture[300:420, 480:580] = GREEN
    return picture


class MarkerEye:
    """A magenta square is a face, at 60 cm if a quarter of the picture wide; a green one is an open palm."""

    def look(self, frame: Frame) -> Seen:
        pixels = frame.pixels.astype(np.int16)
        height, width, _ = pixels.shape
        red, green, blue = pixels[:, :, 0], pixels[:, :, 1], pixels[:, :, 2]
        faces: tuple[Face, ...] = ()
        hands: tuple[Hand, ...] = ()
        if box := _box((red - green > 120) & (blue - green > 120)):
            x, y, w, h = box
            eyes = ((x + 0.3 * w, y + 0.4 * h), (x + 0.7 * w, y + 0.4 * h))
            faces = (Face(1, box, 0.9, eyes, 15.0 / w, 0.9),)
        if box := _box((green - red > 120) & (green - blue > 120)):
            x, y, w, h = box
            points = np.zeros((21, 3), np.float32)
            points[0, :2] = x + w / 2, y + h
            for finger in range(5):
                for joint in range(4):
                    points[1 + 4 * finger + joint, :2] = x + w * finger / 4, y + h * (1 - (joint + 1) / 4)
            hands = (Hand(1, points, 0.9, 0.8, Gesture.OPEN_PALM, 0.97),)
        del width, height
        return Seen(frame.time_s, faces, hands, float(pixels.mean()) / 255, 0.0)


def _box(mask: NDArray[np.bool_]) -> tuple[float, float, float, float] | None:
    if mask.sum() < 200:
        return None
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.sum(1) > 8), np.flatnonzero(mask.sum(0) > 8)
    if not rows.size or not columns.size:
        return None
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    return float(left / width), float(top / height), float((right - left) / width), float((bottom - top) / height)


class ToneEar:
    """The loudest tone of a hop is a word; it is committed when it ends, and keeps all the sound that it got."""

    def __init__(self) -> None:
        self.sound: list[NDArray[np.int16]] = []
        self._left = np.zeros(0, np.int16)
        self._number = 0
        self._open: Word | None = None
        self._silent = 0
        self._talking = False
        self.vocabulary = WORDS
        self.expected: list[list[str] | None] = []

    def expect(self, words: Iterable[str] | None = None) -> None:
        self.expected.append(None if words is None else list(words))

    def overhear(self, calls: Iterable[str]) -> None:
        pass

    def hear(self, sound: Sound) -> tuple[Heard, ...]:
        self.sound.append(sound.samples)
        samples = np.concatenate((self._left, sound.samples))
        begin_s = sound.time_s - self._left.size / RATE_HZ
        hops = samples.size // _HOP
        self._left = samples[hops * _HOP :]
        return tuple(
            self._hop(samples[at * _HOP : (at + 1) * _HOP], begin_s + at * _HOP / RATE_HZ) for at in range(hops)
        )

    def _hop(self, samples: NDArray[np.int16], begin_s: float) -> Heard:
        end_s = begin_s + _HOP / RATE_HZ
        level = level_db(Sound(samples, begin_s))
        words: list[Word] = []
        text = self._tone(samples) if level > _LOUD_DB else None
        before = self._open
        if before is not None and (text is None or text != before.text):
            words.append(Word(before.number, before.text, before.start_s, before.end_s, 0.95, committed=True))
            self._open = None
        if text is not None:
            start_s = self._open.start_s if self._open else begin_s
            if self._open is None:
                self._number += 1
            self._open = Word(self._number, text, start_s, end_s, 0.6, committed=False)
            words.append(self._open)
        self._silent = 0 if text else self._silent + 1
        self._talking |= text is not None
        ended = self._talking and self._silent >= _PAUSE_HOPS
        self._talking &= not ended
        return Heard(end_s, level, 0.9 if text else 0.0, tuple(words), (), ended)

    @staticmethod
    def _tone(samples: NDArray[np.int16]) -> str | None:
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
        hertz = float(np.argmax(spectrum)) * RATE_HZ / samples.size
        number = round((hertz - _LOWEST_HZ) / _APART_HZ)
        near = abs(hertz - _LOWEST_HZ - _APART_HZ * number) < _APART_HZ / 4
        return WORDS[number] if near and 0 <= number < len(WORDS) else None
