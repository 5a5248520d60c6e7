# SPDX-License-Identifier: Apache-2.0
"""A framebuffer: a file takes the place of its memory, and the two questions to the kernel are answered as it would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from phosphene.screens import framebuffer_mode
from phosphene.screens.errors import ScreenError
from phosphene.screens.framebuffer import Framebuffer
from tests.screens.kernel import BGR888, HIGH, POISON, RGB565, RGB888, WIDE, Kernel
from tests.screens.scripted import picture


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "fb0"


def opened(kernel: Kernel, memory: Path, monkeypatch: pytest.MonkeyPatch) -> Framebuffer:
    memory.write_bytes(bytes([POISON]) * kernel.size)
    monkeypatch.setattr(framebuffer_mode.fcntl, "ioctl", kernel.ioctl)
    display = Framebuffer(str(memory))
    form = display.open()
    assert (form.width, form.height, form.width_mm) == (WIDE, HIGH, 154.0)
    assert form.pixels == f"{kernel.bits} bit, testdrm"
    return display


KERNELS = {
    "16": Kernel(16, RGB565),
    "16 in a larger plane": Kernel(16, RGB565, padding=6, x_offset=3, y_offset=2),
    "24": Kernel(24, BGR888, padding=5),
    "24 the other way": Kernel(24, RGB888, x_offset=1),
    "32": Kernel(32, BGR888),
    "32 the other way, alpha": Kernel(32, RGB888, alpha=(24, 8), padding=8, y_offset=1),
    "30": Kernel(32, ((20, 8), (10, 8), (0, 8))),
}


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS.keys())
def test_every_layout_holds_the_picture(kernel: Kernel, memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    display = opened(kernel, memory, monkeypatch)
    frame = picture(3, WIDE, HIGH)
    display.show(frame)
    data = memory.read_bytes()
    lost = np.array([8 - length for _, length in kernel.channels])
    assert np.array_equal(kernel.pixels(data), (frame >> lost) << lost)
    assert len(data) == kernel.size
    # Rows above what is visible are another's.
    assert set(data[: kernel.y_offset * kernel.stride]) <= {POISON}
    if kernel.alpha[1]:
        assert data[kernel.y_offset * kernel.stride + 3] == 0xFF
    display.blank()
    assert not kernel.pixels(memory.read_bytes()).any()
    display.close()


def test_only_rows_that_changed_are_written(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = KERNELS["32"]
    display = opened(kernel, memory, monkeypatch)
    frame = picture(3, WIDE, HIGH).copy()
    assert display.show(frame) == kernel.size
    # What another program wrote shows which rows are sent.
    memory.write_bytes(bytes([POISON]) * kernel.size)
    frame[1, 2] ^= 1
    frame[4:6, 0] ^= 1
    assert display.show(frame) == 3 * WIDE * 4
    rows = np.frombuffer(memory.read_bytes(), np.uint8).reshape(HIGH, -1)
    assert [bool((row == POISON).all()) for row in rows] == [True, False, True, True, False, False]
    assert display.show(frame) == 0
    display.show(frame, whole=True)
    assert np.array_equal(kernel.pixels(memory.read_bytes()), frame)


def test_a_changed_mode_is_noticed(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(32, BGR888)
    display = opened(kernel, memory, monkeypatch)
    display.check()
    kernel.width = WIDE - 1
    with pytest.raises(ScreenError, match="changed its mode"):
        display.check()


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        (Kernel(32, BGR888, visual=3), "type 0, visual 3, 32 bits"),
        (Kernel(8, BGR888), "8 bits"),
        (Kernel(32, BGR888, width=99), "99×6, 36 bytes a row"),
    ],
)
def test_what_can_t_be_written_is_named(
    kernel: Kernel, said: str, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ScreenError, match=said):
        opened(kernel, memory, monkeypatch)


def test_a_write_that_fails_is_an_error(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.symlink_to("/dev/full")
    monkeypatch.setattr(framebuffer_mode.fcntl, "ioctl", KERNELS["32"].ioctl)
    display = Framebuffer(str(memory))
    display.open()
    with pytest.raises(ScreenError, match="No space left"):
        display.show(picture(1, WIDE, HIGH))


def test_a_file_is_no_framebuffer(memory: Path) -> None:
    # The real kernel answers.
    memory.write_bytes(bytes(100))
    with pytest.raises(ScreenError, match=r"no framebuffer.*fb0 — ls /dev/fb"):
        Framebuffer(str(memory)).open()
    with pytest.raises(ScreenError, match="no such framebuffer"):
        Framebuffer("/dev/fb97").open()
    assert len(list(open_files(memory))) == 0


def open_files(path: Path) -> Iterator[str]:
    for each in Path("/proc/self/fd").iterdir():
        try:
            if each.readlink() == path:
                yield each.name
        except OSError:
            continue


def test_the_questions_have_the_sizes_of_the_kernel_s_answers() -> None:
    # linux/fb.h on 64 bits.
    assert framebuffer_mode.VARIABLE.size == 160
    assert framebuffer_mode.FIXED.size == 80
