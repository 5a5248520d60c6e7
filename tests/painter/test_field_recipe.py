# SPDX-License-Identifier: Apache-2.0
"""The field's recipe: what training feeds the network is what the device will feed it. Needs the `train` extra."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phosphene.accelerators import load_graph
from phosphene.models import model_file
from phosphene.painter.field import COEFFICIENTS, MOMENT, VIVIDNESS, Family, moment
from phosphene_tools.painter.recipes import recipe_module

torch: Any = pytest.importorskip("torch", reason='PyTorch: pip install ".[train]"')


def test_a_moment_is_the_same_in_training_and_on_the_device() -> None:
    lesson = recipe_module("field.lesson")
    families = np.array([int(family) for family in Family])
    vividness = np.arange(len(Family)) % VIVIDNESS
    times = np.linspace(0, 1, len(Family), dtype=np.float32)
    trained = lesson.moments(lesson.conditions_of(families, vividness), torch.from_numpy(times)[:, None]).numpy()
    device = np.stack([moment(int(f), int(v), float(t)) for f, v, t in zip(families, vividness, times, strict=True)])
    assert np.allclose(trained, device, atol=1e-5)


def test_the_network_fits_the_shipped_graph_and_is_small() -> None:
    network = recipe_module("field.network").FieldNetwork()
    assert sum(weights.numel() for weights in network.parameters()) < 500_000
    answer = network(torch.zeros(1, COEFFICIENTS, 1, 1), torch.zeros(1, MOMENT, 1, 1))
    graph = load_graph(model_file("field", "field.tflite"))
    assert [spec.shape for spec in graph.inputs] == [(1, 1, 1, COEFFICIENTS), (1, 1, 1, MOMENT)]
    assert graph.outputs[0].shape == (1, 1, 1, answer.shape[1])


def test_a_step_of_training_repeats_and_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson, network = recipe_module("field.lesson"), recipe_module("field.network")
    monkeypatch.setattr(lesson, "_POOL", 512)
    spectrum = lesson.measure_spectrum(3)
    torch.manual_seed(0)
    module, task = network.FieldNetwork(), lesson.Lesson(spectrum, 3)
    optimiser = torch.optim.Adam(module.parameters(), 1e-3)
    first = task(module, 7, np.random.default_rng(7)).item()
    assert first == lesson.Lesson(spectrum, 3)(module, 7, np.random.default_rng(7)).item()
    for step in range(30):
        optimiser.zero_grad()
        task(module, step, np.random.default_rng(step)).backward()
        optimiser.step()
    assert task(module, 7, np.random.default_rng(7)).item() < 0.8 * first
