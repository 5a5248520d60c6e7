# SPDX-License-Identifier: Apache-2.0
"""Picture files in place of a camera: kinds and modes, damaged ones, and those that claim any size."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phosphene.sensors.errors import SensorError
from phosphene.sensors.pattern import draw, read_number
from phosphene.sensors.pictures import decode_picture, read_picture
from phosphene.sensors.protocol import CameraFormat
from phosphene.sensors.still import PictureFolder, StillPicture

PICTURE = draw(1234, 160, 120)


def encoded(kind: str, pixels: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (pixels or Image.fromarray(PICTURE)).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM"])
def test_lossless_kinds_come_bit_for_bit(kind: str) -> None:
    assert np.array_equal(decode_picture(encoded(kind), "test"), PICTURE)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_lossy_kinds_still_show_their_number(kind: str) -> None:
    assert read_number(decode_picture(encoded(kind), "test")) == 1234


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    if mode.startswith("I"):
        grey = np.asarray(Image.fromarray(PICTURE).convert("L"), np.uint16) * 257
        picture = Image.fromarray(grey if mode == "I;16" else grey.astype(np.int32))
    else:
        picture = Image.fromarray(PICTURE).convert(mode)
    kind = {"CMYK": "JPEG", "I": "TIFF"}.get(mode, "PNG")
    pixels = decode_picture(encoded(kind, picture), "test")
    assert pixels.shape == (120, 160, 3)
    assert pixels.dtype == np.uint8
    assert read_number(pixels) == 1234


def test_a_phone_that_was_held_upright() -> None:
    turned = Image.fromarray(PICTURE).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right by 90 degrees to see it upright
    assert read_number(decode_picture(encoded("JPEG", turned, exif=exif), "test")) == 1234


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_damaged_ones_are_refused_or_decoded_and_never_crash(kind: str) -> None:
    good = encoded(kind)
    rng = np.random.default_rng(3)
    for share in (0.0, 0.02, 0.3, 0.7):
        with pytest.raises(SensorError):
            decode_picture(good[: int(len(good) * share)], "test")
    for _ in range(100):
        bad = bytearray(good)
        for place in rng.integers(0, len(bad), 4):
            bad[place] = int(rng.integers(256))
        with suppress(SensorError):
            assert decode_picture(bytes(bad), "test").shape[2] == 3


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG file that claims a large picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8_000, 8_000), (10_000, 10_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(SensorError, match="too large"):
        decode_picture(bomb(*size), "test")


def test_not_a_picture_not_there_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="no such picture"):
        read_picture(tmp_path / "a.png")
    with pytest.raises(SensorError, match="folder"):
        read_picture(tmp_path)
    (tmp_path / "a.png").write_text("<svg/>")
    with pytest.raises(SensorError, match="no picture that can be read"):
        read_picture(tmp_path / "a.png")


def test_a_still_comes_again_and_again(tmp_path: Path) -> None:
    Image.fromarray(PICTURE).save(tmp_path / "a.png")
    source = StillPicture(tmp_path / "a.png", real_time=False)
    assert source.open() == CameraFormat(160, 120, 15.0)
    frames = [source.read(1.0) for _ in range(5)]
    assert [frame.number for frame in frames if frame] == [0, 1, 2, 3, 4]
    assert all(np.array_equal(frame.pixels, PICTURE) for frame in frames if frame)


def test_a_folder_in_the_order_of_its_names(tmp_path: Path) -> None:
    for number in (2, 0, 1):
        Image.fromarray(draw(number, 160 + number, 120)).save(tmp_path / f"{number}.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    source = PictureFolder(tmp_path, real_time=False)
    source.open()
    read = [source.read(1.0) for _ in range(3)]
    assert [read_number(frame.pixels) for frame in read if frame] == [0, 1, 2]
    with pytest.raises(EOFError):
        source.read(1.0)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="no pictures"):
        PictureFolder(tmp_path).open()
