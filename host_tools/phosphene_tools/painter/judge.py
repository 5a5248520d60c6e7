# SPDX-License-Identifier: Apache-2.0
"""Independent readers of a finished frame: other architectures, other fonts; they see the whole picture and no boxes.

RapidOCR runs PaddleOCR's networks (a detector of lines, then a CTC recogniser of 6,600 characters, learnt from
documents and street signs), Tesseract an LSTM learnt from printed pages. Neither shares a weight, a font or a line of
code with the painter or its reader.
"""

from __future__ import annotations

import csv
import importlib
import io
import logging
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError

Frame = NDArray[np.uint8]

_TESSERACT_TIMEOUT_S: Final = 60
# A page of scattered lines; one single line.
SCATTERED: Final = 11
ONE_LINE: Final = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read, with its box in pixels of the frame: left, top, right, bottom."""

    text: str
    box: tuple[float, float, float, float]


class Judge(Protocol):
    """Reads a picture."""

    name: str

    def read(self, frame: Frame, scale: float) -> list[Line]:
        """Return the lines in `frame`, uint8 RGB [h, w, 3], looked at `scale` times as large."""
        ...


class RapidOcr:
    """PaddleOCR's networks; the package carries them."""

    name = "rapidocr"

    def __init__(self) -> None:
        try:
            package = importlib.import_module("rapidocr_onnxruntime")
        except ImportError as error:
            raise _missing("RapidOCR", 'pip install ".[report]"', error) from error
        logging.getLogger("rapidocr").setLevel(logging.WARNING)
        # Upright text only; the picture comes in the size that it shall be looked at.
        self._engine: Any = package.RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1, det_limit_side_len=32)

    def read(self, frame: Frame, scale: float) -> list[Line]:
        found, _ = self._engine(enlarged(frame, scale)[..., ::-1], use_cls=False)
        return [Line(str(text), _around(corners, scale)) for corners, text, _ in found or []]


class Tesseract:
    """The program of that name, with its English networks."""

    name = "tesseract"

    def __init__(self, layout: int = SCATTERED) -> None:
        program = shutil.which("tesseract")
        if program is None:
            raise _missing("Tesseract", "install the system's package tesseract-ocr", None)
        self._command = [program, "stdin", "stdout", "-l", "eng", "--psm", str(layout), "tsv"]

    def read(self, frame: Frame, scale: float) -> list[Line]:
        from PIL import Image

        picture = io.BytesIO()
        Image.fromarray(enlarged(frame, scale)).save(picture, "PPM")
        done = subprocess.run(
            self._command,
            input=picture.getvalue(),
            capture_output=True,
            timeout=_TESSERACT_TIMEOUT_S,
            check=False,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
        )
        if done.returncode:
            raise PhospheneError(f"Tesseract failed: {done.stderr.decode(errors='replace').strip()[-200:]}")
        return _lines(done.stdout.decode("utf-8", errors="replace"), scale)


def enlarged(frame: Frame, scale: float) -> Frame:
    """Return the frame `scale` times as large, by cubic interpolation."""
    from PIL import Image

    if scale == 1:
        return np.ascontiguousarray(frame)
    high, wide, _ = frame.shape
    return np.asarray(
        Image.fromarray(frame).resize((round(wide * scale), round(high * scale)), Image.Resampling.BICUBIC)
    )


def _lines(table: str, scale: float) -> list[Line]:
    """Join the words of Tesseract's table to the lines that they stand in."""
    words: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            words.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    return [_line(row, scale) for row in words.values()]


def _line(words: list[dict[str, str]], scale: float) -> Line:
    boxes = np.array([[float(word[key]) for key in ("left", "top", "width", "height")] for word in words])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    box = (left / scale, top / scale, right / scale, bottom / scale)
    return Line(" ".join(word["text"] for word in words), box)


def _around(corners: Any, scale: float) -> tuple[float, float, float, float]:
    points = np.asarray(corners, dtype=np.float64) / scale
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _missing(what: str, cure: str, error: ImportError | None) -> PhospheneError:
    return PhospheneError(f"{what}, which judges the frames, is not installed", place=str(error or ""), cure=cure)
