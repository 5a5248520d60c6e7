# SPDX-License-Identifier: Apache-2.0
"""`rknn.toml` beside a model's graphs: what the RKNN compiler says of each of them, layer by layer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phosphene.errors import PhospheneError
from phosphene_tools.models.rknn_table import RknnTable
from phosphene_tools.models.toml_text import toml_text

NAME = "rknn.toml"
SIMULATED = "predicted by the compiler's simulator; not run on hardware"
_SHA256 = Field(pattern=r"^[0-9a-f]{64}$")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(_Part):
    """One layer: `cycles` of one NPU core, `moved_kb` between NPU and memory."""

    name: str
    output: str
    runs_on: str
    cycles: int
    moved_kb: int


class Compiled(_Part):
    """One compiled graph. `made_of` is the hash of the .tflite whose weights it has, empty for a recipe's own ONNX.

    `snr_db`: of each output against the same weights in float, on runs that it was not calibrated on.
    """

    file: str
    sha256: str = _SHA256
    bytes: int
    made_of: str = Field(pattern=r"^([0-9a-f]{64})?$")
    npu_throughout: bool
    cycles: int
    moved_kb: int
    internal_kb: float
    weight_kb: float
    snr_db: tuple[float, ...] = ()
    layers: tuple[Row, ...]


class RknnFile(_Part):
    """All compiled graphs of one model, by the graph's name without its ending."""

    placement: str = SIMULATED
    compiler: str
    graphs: dict[str, Compiled]


def read_rknn(folder: Path) -> RknnFile | None:
    """Return what `folder` has, or None when nothing was compiled; raises PhospheneError when the file is damaged."""
    path = folder / NAME
    try:
        return RknnFile.model_validate(tomllib.loads(path.read_text("utf-8"))) if path.is_file() else None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise PhospheneError(
            f"the table of layers can't be read: {str(error).splitlines()[0]}",
            place=str(path),
            cure=f"phosphene models rknn {folder.name}",
        ) from error


def write_rknn(folder: Path, compiled: Mapping[str, Compiled], compiler: str) -> RknnFile:
    """Write the file into `folder` and return its content."""
    content = RknnFile(compiler=f"rknn-toolkit2 {compiler}, rk3588, w8a8", graphs=dict(sorted(compiled.items())))
    path = folder / NAME
    scratch = path.with_name(path.name + ".part")
    scratch.write_text(toml_text(content.model_dump(), f"Written by `phosphene models rknn {folder.name}`."), "utf-8")
    scratch.replace(path)
    return content


def compiled(table: RknnTable, file: Path, sha256: str, made_of: str) -> Compiled:
    """Return the entry for a compiled graph that lies in `file`."""
    return Compiled(
        file=file.name,
        sha256=sha256,
        bytes=file.stat().st_size,
        made_of=made_of,
        npu_throughout=not table.off_npu,
        cycles=table.cycles,
        moved_kb=table.moved_kb,
        internal_kb=table.internal_kb,
        weight_kb=table.weight_kb,
        snr_db=table.snr_db,
        layers=tuple(
            Row(
                name=layer.name,
                output=layer.output,
                runs_on=layer.runs_on,
                cycles=layer.cycles,
                moved_kb=layer.moved_kb,
            )
            for layer in table.layers
        ),
    )
