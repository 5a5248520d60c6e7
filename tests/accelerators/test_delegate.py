# SPDX-License-Identifier: Apache-2.0
"""Accelerators that aren't there say what is missing; and what a delegate took is told apart from what it left."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from ai_edge_litert import interpreter as _interpreter

from phosphene.accelerators import AcceleratorError, Delegate, ModelError, coral, teflon
from phosphene.accelerators.operators import locate
from tests.models.flatbuffers import GraphBuilder, convolution, small_network

interpreter = cast("Any", _interpreter)


@pytest.fixture
def graph_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.tflite"
    path.write_bytes(small_network())
    return path


@pytest.mark.parametrize("accelerator", [coral("no/libedgetpu.so.1"), teflon("no/libteflon.so")])
def test_a_missing_library_is_named_with_its_cure(graph_file: Path, accelerator: Delegate) -> None:
    with pytest.raises(AcceleratorError, match="can't be loaded") as caught:
        accelerator.load(graph_file)
    assert caught.value.place == accelerator.library
    assert "install" in caught.value.cure


def test_a_library_of_something_else_is_refused(graph_file: Path) -> None:
    # A real shared library that makes no delegates: the runtime's own.
    library = Path(interpreter.__file__).with_name("libLiteRt.so")
    with pytest.raises(AcceleratorError, match="makes no delegate"):
        coral(str(library)).load(graph_file)


def test_a_bad_file_is_the_files_error_before_any_library_is_touched(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        coral("no/libedgetpu.so.1").load(tmp_path / "none.tflite")


def test_the_device_is_handed_to_the_library() -> None:
    assert coral(device="usb:1").options == {"device": "usb:1"}
    assert coral().options == {}


def test_what_xnnpack_took_is_found_again(tmp_path: Path) -> None:
    # XNNPACK is a delegate, too: the only one here that really takes operators. It leaves REVERSE_V2.
    builder = GraphBuilder()
    source = builder.activation((1, 10, 10, 3))
    middle = convolution(builder, convolution(builder, source, seed=3), seed=1)
    shape = builder.tensors[middle].shape
    after = builder.activation(shape)
    builder.operator("REVERSE_V2", [middle, builder.constant(np.array([1], np.int32))], [after])
    end = convolution(builder, after, seed=2)
    path = tmp_path / "mixed.tflite"
    path.write_bytes(builder.content([source], [end]))
    runtime = interpreter.Interpreter(model_path=str(path), num_threads=1)
    runtime.allocate_tensors()
    placed = locate(runtime._get_ops_details(), "xnnpack")
    assert [(operator.name, operator.runs_on) for operator in placed] == [
        ("CONV_2D", "xnnpack"),
        ("CONV_2D", "xnnpack"),
        ("REVERSE_V2", "cpu"),
        ("CONV_2D", "xnnpack"),
    ]


def test_a_compiled_piece_counts_as_the_chips() -> None:
    nodes = [
        {"index": 0, "op_name": "edgetpu-custom-op", "inputs": [0], "outputs": [1]},
        {"index": 1, "op_name": "ARG_MAX", "inputs": [1, 2], "outputs": [3]},
    ]
    assert [operator.runs_on for operator in locate(nodes, "coral")] == ["coral", "cpu"]
