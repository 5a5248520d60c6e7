# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the state of a training: replaced in one step, so that a power cut leaves the one before."""

from __future__ import annotations

import ast
import os
import pickle
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from phosphene.errors import PhospheneError


def save_checkpoint(
    path: Path, step: int, module: nn.Module, averaged: nn.Module, optimiser: torch.optim.Optimizer
) -> None:
    """Write everything that the next step depends on; `step` is the number of steps done."""
    numpy_state = np.random.get_state(legacy=False)
    state: dict[str, Any] = {
        "step": step,
        "module": module.state_dict(),
        "averaged": averaged.state_dict(),
        "optimiser": optimiser.state_dict(),
        "torch_rng": torch.get_rng_state(),
        # As text and tensors: a checkpoint is read without unpickling code.
        "python_rng": repr(random.getstate()),
        "numpy_rng": repr(_plain(numpy_state)),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(path.name + ".part")
    with scratch.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def load_checkpoint(path: Path, module: nn.Module, averaged: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    """Put the state at `path` into the three, and into the generators; return the number of steps done."""
    try:
        state = torch.load(path, weights_only=True)
        module.load_state_dict(state["module"])
        averaged.load_state_dict(state["averaged"])
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["torch_rng"])
        random.setstate(ast.literal_eval(state["python_rng"]))
        numpy_state = ast.literal_eval(state["numpy_rng"])
    except (OSError, EOFError, RuntimeError, KeyError, ValueError, pickle.UnpicklingError) as error:
        raise PhospheneError(
            f"the checkpoint is damaged, or of another network: {(str(error) or repr(error)).splitlines()[0]}",
            place=str(path),
            cure="train from the start: leave --resume out",
        ) from error
    numpy_state["state"]["key"] = np.asarray(numpy_state["state"]["key"], dtype=np.uint32)
    np.random.set_state(numpy_state)
    return int(state["step"])


def _plain(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _plain(value) for key, value in state.items()}
    if isinstance(state, np.ndarray):
        return state.tolist()
    return state
