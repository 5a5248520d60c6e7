# SPDX-License-Identifier: Apache-2.0
"""Reading the RKNN compiler's table, from a recording of rknn-toolkit2 2.5.0 on a network of five layers."""

from __future__ import annotations

import pytest

from phosphene_tools.models.rknn_table import parse

HEAD = "D RKNN: [19:45:48.862]          Network Layer Information Table          \n"
RECORDED = (
    HEAD
    + """D RKNN: [19:45:48.862] -----------------------------------------------------------------------------
D RKNN: [19:45:48.862] ID   OpType             DataType Target InputShape                               OutputShape            Cycles(DDR/NPU/Total)    RW(KB)       FullName
D RKNN: [19:45:48.862] 0    InputOperator      INT8     CPU    \\                                        (1,12,12,16)           0/0/0                    0            InputOperator:cells
D RKNN: [19:45:48.862] 1    InputOperator      INT8     CPU    \\                                        (1,8,10,14)            0/0/0                    0            InputOperator:field
D RKNN: [19:45:48.862] 2    Conv               INT8     NPU    (1,8,10,14),(16,8,1,1),(16)              (1,16,10,14)           212/576/576              2            Conv:/b/Conv
D RKNN: [19:45:48.862] 3    ConvAddRelu        INT8     NPU    (1,12,12,16),(16,12,3,3),(16),...        (1,16,10,14)           428/1296/1296            7            Conv:/a/Conv_ConvAddRelu
D RKNN: [19:45:48.862] 6    ConvTranspose      INT8     NPU    (1,16,8,12),(16,3,4,4),(3)               (1,3,32,48)            2198/24576/24576         2            ConvTranspose:/t/ConvTranspose
D RKNN: [19:45:48.862] 7    OutputOperator     INT8     CPU    (1,3,32,48)                              \\                      0/0/0                    48           OutputOperator:pixels
D RKNN: [19:45:48.863] 2   Conv           field            INT8      NC1HWC2      (1,8,10,14)  (1,1,10,14,16) | 0x00000c00 0x000014c0 0x000008c0
D RKNN: [19:45:48.864] Total Internal Memory Size: 54KB
D RKNN: [19:45:48.864] Total Weight Memory Size: 9.25KB
"""  # noqa: E501 a recording
)


def test_layers_cycles_and_memory_are_read() -> None:
    table = parse(RECORDED)
    assert [layer.name for layer in table.layers] == [
        "InputOperator", "InputOperator", "Conv", "ConvAddRelu", "ConvTranspose", "OutputOperator",
    ]  # fmt: skip
    assert table.cycles == 576 + 1296 + 24576
    assert (table.internal_kb, table.weight_kb) == (54, 9.25)
    assert table.layers[3].output == "(1,16,10,14)"


def test_inputs_and_outputs_on_the_cpu_are_no_departure_from_the_npu() -> None:
    assert parse(RECORDED).off_npu == ()
    moved = parse(RECORDED.replace("ConvAddRelu        INT8     NPU", "ConvAddRelu        INT8     CPU"))
    assert [layer.index for layer in moved.off_npu] == [3]


def test_the_last_table_counts() -> None:
    first = RECORDED.replace("428/1296/1296", "9/9/9")
    assert parse(first + RECORDED).cycles == parse(RECORDED).cycles


def test_output_without_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no table"):
        parse("I rknn building done.\n")
    with pytest.raises(ValueError, match="no table"):
        parse(HEAD)
