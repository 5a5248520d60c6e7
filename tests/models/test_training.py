# SPDX-License-Identifier: Apache-2.0
"""The training loop: it learns, repeats itself from its seed, and goes on after an interruption as if none had been."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phosphene.errors import PhospheneError
from tests.models.workshop import nn, run, torch, training


def network() -> Any:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))


def loss(module: Any, _step: int, rng: np.random.Generator) -> Any:
    points = torch.from_numpy(rng.uniform(-1, 1, (32, 2)).astype(np.float32))
    # Noise from torch's own generator as well: its state must survive an interruption, too.
    noise = 0.01 * torch.randn(32, 1)
    return (module(points) - points.prod(1, keepdim=True) - noise).square().mean()


def weights(module: Any) -> np.ndarray:
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()]).numpy()


def test_it_learns_and_averages() -> None:
    module = network()
    before = float(loss(module, 0, np.random.default_rng(9)).item())
    averaged = training.train(module, loss, training.Plan(steps=400, rate=1e-2, warm_up=20))
    after = float(loss(averaged, 0, np.random.default_rng(9)).item())
    assert after < before / 10
    assert not averaged.training
    assert (weights(averaged) != weights(module)).any()


def test_the_same_seed_gives_the_same_weights() -> None:
    plan = training.Plan(steps=20, seed=5)
    first, again = (weights(training.train(network(), loss, plan)) for _ in range(2))
    other = weights(training.train(network(), loss, training.Plan(steps=20, seed=6)))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_an_interrupted_run_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    plan = training.Plan(steps=60, checkpoint=tmp_path / "x.pt", every_s=0.0)
    whole = weights(training.train(network(), loss, plan))

    class Interrupted(Exception):
        pass

    def until_30(module: Any, step: int, rng: np.random.Generator) -> Any:
        if step == 30:
            raise Interrupted
        return loss(module, step, rng)

    with pytest.raises(Interrupted):
        training.train(network(), until_30, plan)
    assert not list(tmp_path.glob("*.part"))
    torch.manual_seed(99)
    resumed = weights(training.train(network(), loss, plan, resume=True))
    np.testing.assert_array_equal(resumed, whole)


def test_a_damaged_checkpoint_is_one_clear_error(tmp_path: Path) -> None:
    plan = training.Plan(steps=5, checkpoint=tmp_path / "x.pt")
    training.train(network(), loss, plan)
    content = (tmp_path / "x.pt").read_bytes()
    (tmp_path / "x.pt").write_bytes(content[: len(content) // 2])
    with pytest.raises(PhospheneError, match="damaged, or of another network") as caught:
        training.train(network(), loss, plan, resume=True)
    assert "--resume" in caught.value.cure
    (tmp_path / "x.pt").write_bytes(content)
    with pytest.raises(PhospheneError, match="another network"):
        training.train(nn.Linear(2, 1), loss, plan, resume=True)


def test_a_loss_that_is_no_number_stops_the_run() -> None:
    def broken(module: Any, step: int, rng: np.random.Generator) -> Any:
        return loss(module, step, rng) * (float("nan") if step == 3 else 1.0)

    with pytest.raises(PhospheneError, match="loss is nan at step 3"):
        training.train(network(), broken, training.Plan(steps=10))


def test_the_learning_rate_warms_up_and_falls_along_a_cosine() -> None:
    plan = training.Plan(steps=1000, rate=1.0, warm_up=100, floor=0.1)
    rates = [training.learning_rate(plan, step) for step in range(1000)]
    assert rates[0] == pytest.approx(0.01)
    assert rates[99] == rates[100] == pytest.approx(1.0)
    assert rates[550] == pytest.approx(0.55, abs=1e-3)
    assert rates[-1] == pytest.approx(0.1, abs=1e-3)
    assert rates[100:] == sorted(rates[100:], reverse=True)


def test_checkpoints_report_the_averaged_weights(tmp_path: Path) -> None:
    seen: list[tuple[int, bool]] = []
    training.train(
        network(),
        loss,
        training.Plan(steps=3, checkpoint=tmp_path / "x.pt", every_s=0.0),
        every=lambda step, module: seen.append((step, module.training)),
    )
    assert seen == [(1, False), (2, False), (3, False)]


def test_a_recipe_is_run_with_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import recipes  # pyright: ignore[reportMissingImports]

    package = tmp_path / "sample"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "recipe.py").write_text("def build(run):\n    print(run.name, run.steps, run.seed, run.command)\n")
    monkeypatch.setattr(recipes, "__path__", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "recipes.sample", raising=False)
    run.main(["sample", "--steps", "7", "--seed", "3", f"--out={tmp_path}/out", f"--work={tmp_path}/work"])
    assert capsys.readouterr().out == "sample 7 3 phosphene models build sample --steps 7 --seed 3\n"
    assert (tmp_path / "work").is_dir()
    with pytest.raises(SystemExit, match="there is no recipe other"):
        run.main(["other"])
