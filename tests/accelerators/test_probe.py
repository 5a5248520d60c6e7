# SPDX-License-Identifier: Apache-2.0
"""What can be used here, and what the rest lacks; devices as a kernel shows them in its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from ai_edge_litert import interpreter
from typer.testing import CliRunner, Result

from phosphene.accelerators.devices import devices
from phosphene.accelerators.probe import probe
from phosphene_tools.commands import accelerators
from tests.accelerators.environments import rknn_environment


def usb_coral(root: Path, vendor: str = "1a6e", product: str = "089a") -> Path:
    folder = root / "sys/bus/usb/devices/2-1"
    folder.mkdir(parents=True)
    for name, value in (("idVendor", vendor), ("idProduct", product), ("busnum", "2"), ("devnum", "7")):
        (folder / name).write_text(value + "\n")
    device = root / "dev/bus/usb/002/007"
    device.parent.mkdir(parents=True)
    device.touch()
    return device


def phosphene(*arguments: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    accelerators.register(app)
    return CliRunner().invoke(app, ["accelerators", *arguments])


@pytest.mark.parametrize(("vendor", "product", "count"), [("1a6e", "089a", 1), ("18d1", "9302", 1), ("18d1", "1", 0)])
def test_a_coral_on_usb_is_found_by_its_numbers(tmp_path: Path, vendor: str, product: str, count: int) -> None:
    device = usb_coral(tmp_path, vendor, product)
    assert [found.file for found in devices("coral", tmp_path)] == [str(device)] * count


def test_the_npus_node_is_told_from_the_gpus(tmp_path: Path) -> None:
    for node, driver in (("renderD128", "panthor"), ("renderD129", "RKNPU")):
        folder = tmp_path / "sys/class/drm" / node / "device"
        folder.mkdir(parents=True)
        (folder / "uevent").write_text(f"DRIVER={driver}\n")
        (tmp_path / "dev/dri").mkdir(parents=True, exist_ok=True)
        (tmp_path / "dev/dri" / node).touch()
    assert [Path(found.file).name for found in devices("rknn", tmp_path)] == ["renderD129"]
    assert devices("rknn", tmp_path)[0].allowed
    assert devices("cpu", tmp_path) == ()


def test_the_cpu_is_usable_with_its_versions(tmp_path: Path) -> None:
    found = probe("cpu", root=tmp_path)
    assert found.usable
    assert found.versions["runtime"].startswith("ai-edge-litert 2.")


def test_a_missing_library_and_a_library_that_is_none(tmp_path: Path) -> None:
    missing = probe("coral", root=tmp_path, library="no/libedgetpu.so.1")
    assert not missing.usable
    assert "no/libedgetpu.so.1" in missing.why
    assert "libedgetpu1-std" in missing.cure
    library = str(Path(str(interpreter.__file__)).with_name("libLiteRt.so"))
    assert "makes no delegate" in probe("teflon", root=tmp_path, library=library).why


def test_a_device_that_this_user_may_not_open_is_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = usb_coral(tmp_path)
    # Who runs the tests may be root, who may open everything.
    monkeypatch.setattr("phosphene.accelerators.devices.os.access", lambda path, _mode: Path(path) != device)
    found = probe("coral", root=tmp_path, library="no/libedgetpu.so.1")
    assert f"may not open {device}" in found.why
    assert "usermod -aG" in found.cure


def test_the_npus_runtime_without_its_driver_library(tmp_path: Path) -> None:
    found = probe("rknn", rknn_environment(tmp_path / "venv"), root=tmp_path)
    assert not found.usable
    assert "librknnrt.so is missing" in found.why


def test_the_command_fails_for_what_was_named_only() -> None:
    result = phosphene("--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)
    assert [row["accelerator"] for row in rows] == ["cpu", "coral", "teflon", "rknn"]
    assert all(row["why"] and row["cure"] for row in rows if not row["usable"])
    assert phosphene("cpu").exit_code == 0
    named = phosphene("rknn")
    assert named.exit_code == 1
    assert "not usable" in named.output
