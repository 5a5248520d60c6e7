# SPDX-License-Identifier: Apache-2.0
"""What a person writes for an accelerator, and what they are told when it can't be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from phosphene.accelerators import AcceleratorError, Cpu, Event, Supervised, load_graph, open_accelerator
from tests.accelerators.environments import compiled_for_rknn, drawn, graph_in, rknn_environment


def test_the_cpu_alone_is_this_process() -> None:
    assert open_accelerator("cpu") == Cpu(1)
    assert open_accelerator("cpu", options={"threads": 2}) == Cpu(2)


def test_a_named_interpreter_makes_it_a_watched_worker(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    accelerator = open_accelerator(f"cpu:{sys.executable}")
    assert isinstance(accelerator, Supervised)
    with accelerator:
        graph = accelerator.load(path)
        assert (graph.run(*drawn(graph))[0] == load_graph(path).run(*drawn(graph))[0]).all()
        assert accelerator.status().well


def test_the_npu_runs_under_its_own_interpreter(tmp_path: Path) -> None:
    path, events = graph_in(tmp_path), list[Event]()
    compiled_for_rknn(path)
    python = rknn_environment(tmp_path / "venv")
    accelerator = open_accelerator(f"rknn:{python}", on_event=events.append, cores={"small": 1})
    assert isinstance(accelerator, Supervised)
    with accelerator:
        assert accelerator.load(path).describe().accelerator == "rknn"
    assert not events


def test_without_the_chip_the_cpu_takes_over_and_says_so(tmp_path: Path) -> None:
    path, events = graph_in(tmp_path), list[Event]()
    accelerator = open_accelerator("coral", on_event=events.append)
    assert isinstance(accelerator, Supervised)
    with accelerator:
        graph = accelerator.load(path)
        assert graph.run(*drawn(graph))[0].std() > 1
    assert [event.what for event in events] == ["absent"]
    assert "has not been compiled for the Edge TPU" in events[0].why


@pytest.mark.parametrize("spec", ["", "tpu", ":/usr/bin/python3", "Coral"])
def test_an_unknown_kind_is_answered_with_the_known_ones(spec: str) -> None:
    with pytest.raises(AcceleratorError, match="there is no accelerator") as caught:
        open_accelerator(spec)
    assert "cpu, coral, teflon, rknn" in caught.value.cure


def test_an_absent_interpreter_is_named_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(AcceleratorError, match="no Python for rknn") as caught:
        open_accelerator(f"rknn:{tmp_path}/bin/python")
    assert "rknn-toolkit-lite2" in caught.value.cure
