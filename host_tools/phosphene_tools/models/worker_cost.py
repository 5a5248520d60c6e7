# SPDX-License-Identifier: Apache-2.0
"""What a worker process costs a run, against running in this process.

    python -m phosphene_tools.models.worker_cost [GRAPH.tflite] [--python PATH] [--runs N]

Prints, for each graph, the bytes that go in and out, the median time in this process and in a worker, run in turns so
that both see the same machine, and the difference. Without a graph: those of all models.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from phosphene.accelerators import Graph, Worker, load_graph
from phosphene.accelerators.golden import golden_inputs
from phosphene_tools.models.catalog import graph_files


def cost(here: Graph, there: Graph, runs: int) -> tuple[float, float]:
    """Return the median seconds of a run of either graph, run in turns."""
    arrays = golden_inputs(here.inputs, 1)
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for graph, times in zip((here, there), took, strict=True):
            began = time.perf_counter()
            graph.run(*arrays)
            times.append(time.perf_counter() - began)
    return statistics.median(took[0]), statistics.median(took[1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a worker process costs a run.")
    parser.add_argument("graph", nargs="?", default="", help="a .tflite, a model, or all models")
    parser.add_argument("--python", type=Path, default=None, help="the worker's interpreter; this one by default")
    parser.add_argument("--runs", type=int, default=1000)
    asked = parser.parse_args()
    with Worker("cpu", asked.python) as worker:
        for path in graph_files(asked.graph):
            here, there = load_graph(path), worker.load(path)
            size = sum(array.nbytes for array in (*golden_inputs(here.inputs, 1), *golden_inputs(here.outputs, 1)))
            alone, remote = cost(here, there, asked.runs)
            print(
                f"{path.name:<22} {size:>9,} B  {1e3 * alone:8.3f} ms here  {1e3 * remote:8.3f} ms in a worker  "
                f"{1e6 * (remote - alone):6.0f} us more"
            )


if __name__ == "__main__":
    main()
