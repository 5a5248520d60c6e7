# SPDX-License-Identifier: Apache-2.0
"""What the chips have of their own: the runtime that drives each, the file that it takes, how one comes by both."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from phosphene.accelerators.errors import AcceleratorError, ModelError
from phosphene.accelerators.model_file import ModelFile, read_model
from phosphene.accelerators.protocol import Operator

Kind = Literal["cpu", "coral", "teflon", "rknn"]
CORES = 3
_EDGETPU = "_edgetpu"


@dataclass(frozen=True, slots=True)
class Chip:
    """A kind of accelerator. `options` are its worker's; `cure` says how one comes by runtime and device."""

    kind: Kind
    options: Mapping[str, Any]
    cure: str


CHIPS: Mapping[Kind, Chip] = {
    "cpu": Chip("cpu", {"runtime": "litert"}, 'pip install "ai-edge-litert>=2.3,<2.4" into that environment'),
    "coral": Chip(
        "coral",
        {"runtime": "litert", "library": "libedgetpu.so.1"},
        "install Coral's Edge TPU runtime, libedgetpu1-std, plug the accelerator in, and give this user the right to "
        "its device (group plugdev for USB, apex for PCIe)",
    ),
    "teflon": Chip(
        "teflon",
        {"runtime": "litert", "library": "libteflon.so"},
        "install a Mesa that was built with -Dteflon=true and a kernel that has the driver, and give this user the "
        "right to /dev/accel/accel0 (group render)",
    ),
    "rknn": Chip(
        "rknn",
        {"runtime": "rknn"},
        "pip install rknn-toolkit-lite2 into an environment of its own, and use an image of the board's vendor that "
        "has /usr/lib/librknnrt.so",
    ),
}


def file_for(kind: Kind, path: Path) -> ModelFile:
    """Return the file that the chip takes for the graph at `path`, a .tflite.

    Raises ModelError for the file at `path`, AcceleratorError when it has not been compiled for the chip, or when
    what was compiled was made of another graph.
    """
    model = read_model(path)
    if kind == "coral" and not path.stem.endswith(_EDGETPU):
        compiled = path.with_name(f"{path.stem}{_EDGETPU}.tflite")
        if not compiled.is_file():
            raise AcceleratorError(
                "the graph has not been compiled for the Edge TPU",
                place=str(compiled),
                cure=f"edgetpu_compiler -s -o {path.parent} {path}",
            )
        return read_model(compiled)
    if kind == "rknn":
        return _compiled_rknn(model)
    return model


def _compiled_rknn(model: ModelFile) -> ModelFile:
    compiled = model.path.with_suffix(".rknn")
    cure = f"phosphene models rknn {model.path.parent.name}"
    entry = _rknn_entry(compiled)
    try:
        content = compiled.read_bytes()
    except OSError as error:
        raise AcceleratorError(
            f"the graph has not been compiled for the RK3588: {error.strerror}", place=str(compiled), cure=cure
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    if entry.get("sha256", digest) != digest:
        raise ModelError("the compiled graph is damaged, or is not that of rknn.toml", place=str(compiled), cure=cure)
    if entry.get("made_of") not in {None, "", model.sha256}:
        raise ModelError("the compiled graph was made of other weights", place=str(compiled), cure=cure)
    return ModelFile(compiled, content, digest, checked="sha256" in entry)


def rknn_operators(compiled: Path) -> tuple[Operator, ...]:
    """Return where the compiler of the RK3588 put each layer of a graph, by the rknn.toml beside it.

    The runtime tells nothing, so without that table the graph stands as one operator.
    """
    rows = _rknn_entry(compiled).get("layers")
    if not isinstance(rows, list) or not rows:
        return (Operator(0, "RKNN", "rknn"),)
    layers = [cast("dict[str, Any]", row) for row in cast("list[Any]", rows) if isinstance(row, dict)]
    return tuple(
        Operator(index, str(row.get("name", "")), "rknn" if row.get("runs_on") == "NPU" else "cpu")
        for index, row in enumerate(layers)
        # What these stand for is copied in and out on any chip.
        if row.get("name") not in {"InputOperator", "OutputOperator"}
    )


def _rknn_entry(compiled: Path) -> dict[str, Any]:
    table = compiled.parent / "rknn.toml"
    try:
        content = tomllib.loads(table.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(
            f"the table of layers can't be read: {error}",
            place=str(table),
            cure=f"phosphene models rknn {compiled.parent.name}",
        ) from error
    graphs: Any = content.get("graphs")
    entry: Any = cast("dict[str, Any]", graphs).get(compiled.stem) if isinstance(graphs, dict) else None
    return cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
