# SPDX-License-Identifier: Apache-2.0
"""A device's accelerator in words: what the networks run on, and what became of it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from phosphene.accelerators import Event, Inference
from tests.accelerators.environments import another_graph_in, compiled_for_rknn, drawn, graph_in, rknn_environment
from tests.accelerators.supervising import same
from tests.console.networks import ON_THE_CHIP, worker_of


def test_the_cpu_in_this_process_has_nothing_to_tell(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    with Inference("cpu") as inference:
        assert same(inference.accelerator.load(path), path)
        state = inference.state
    assert (state.line, state.well, state.happened) == ("The networks run on cpu, in this process", True, ())


def test_a_chip_that_takes_some_networks_only_is_named_with_the_others(tmp_path: Path) -> None:
    taken, left = graph_in(tmp_path), another_graph_in(tmp_path)
    compiled_for_rknn(taken)
    told: list[Event] = []
    with Inference(f"rknn:{rknn_environment(tmp_path / 'venv')}", told.append) as inference:
        assert inference.state.line == ON_THE_CHIP.replace("cpu", "rknn")
        graphs = [inference.accelerator.load(path) for path in (taken, left)]
        assert inference.state.line == "The networks run on rknn, but these on cpu: other-6.tflite"
        assert not inference.state.well
        for _ in range(3):
            os.kill(worker_of(os.getpid()), signal.SIGKILL)
            assert graphs[0].run(*drawn(graphs[0]))[0].std() > 1
        state = inference.state
        assert (state.line, state.well) == ("The networks run on cpu in place of rknn", False)
        # Nothing goes onto a chip that was given up, so nobody waits for it.
        assert same(inference.accelerator.load(taken), taken)
    wanted = ["absent", "ended", "restarted", "ended", "restarted", "ended", "fell back", "answered"]
    assert [event.what for event in told] == wanted
    first, *_, fell, answered = (one.text for one in state.happened)
    assert first.startswith("other-6.tflite could not be loaded: the graph has not been compiled")
    assert fell.startswith("cpu took over: 3 failures within 60 s")
    assert answered.startswith("cpu answered one run of small.tflite: ")


def test_a_worker_that_was_ended_and_started_again_is_told_though_all_is_well(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    with Inference(f"cpu:{sys.executable}") as inference:
        graph = inference.accelerator.load(path)
        assert same(graph, path)
        assert not inference.troubled
        os.kill(worker_of(os.getpid()), signal.SIGKILL)
        assert same(graph, path)
        assert inference.state.well, "it was back before anybody could look"
        assert inference.troubled
