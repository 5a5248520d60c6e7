# SPDX-License-Identifier: Apache-2.0
"""Writes the card of a graph that was quantised from a package's network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from phosphene_tools.perception.packages import Package, read
from phosphene_tools.perception.people import Photograph
from recipes.seeing.networks import Network
from recipes.workshop.card import Card, Metric, Source, graph_entry, hashes, write_card
from recipes.workshop.export import ExportReport
from recipes.workshop.run import Run

SIGNS = (
    "Sign Language Digits Dataset",
    "Apache-2.0",
    "Mavi, A. (2020), arXiv:2011.08927; Arda Mavi and Zeynep Dikle with students of Turkey Ankara Ayranci Anadolu "
    "High School",
)


def weights_of(network: Network) -> Source:
    """Return where a network's weights are from."""
    content = read(network.package, network.member)
    return Source(
        name=f"weights: {network.package.requirement}, {network.member}",
        licence=network.package.licence,
        attribution=network.package.attribution,
        sha256={Path(network.member).name: hashlib.sha256(content).hexdigest()},
    )


def pictures_of(package: Package, members: Sequence[str]) -> Source:
    """Return which pictures of a package were calibrated on."""
    return Source(
        name=f"calibration: {package.requirement}",
        licence=package.licence,
        attribution=package.attribution,
        sha256={member: hashlib.sha256(read(package, member)).hexdigest() for member in sorted(set(members))},
    )


def signs_of(data: Path, used: Sequence[Photograph], what: str) -> Source:
    """Return which photographs of hands in `data` were used, and for `what`."""
    name, licence, attribution = SIGNS
    files = hashes(data, {one.path for one in used})
    # One line for each of a thousand photographs is no card: the hash is that of their list.
    listed = "".join(f"{file} {digest}\n" for file, digest in files.items())
    digest = hashlib.sha256(listed.encode()).hexdigest()
    people = len({one.participant for one in used})
    return Source(
        name=f"{what}: {name}, {len(files)} photographs of {people} participants; DIR/sign-digits, index.csv",
        licence=licence,
        attribution=attribution,
        sha256={"list of 'path sha256' lines, sorted": digest},
    )


def publish(
    run: Run,
    report: ExportReport,
    what: str,
    meanings: dict[str, str],
    data: Sequence[Source],
    limits: Sequence[str],
    metrics: dict[str, Metric] | None = None,
    steps: int = 0,
) -> None:
    """Write the card beside the graph."""
    snr = {
        f"snr_db_{spec.name}": Metric(
            value=round(value, 2), command=run.command, note="int8 against float on views not calibrated on"
        )
        for spec, value in zip(report.outputs, report.snr_db, strict=True)
    }
    write_card(
        run.out,
        Card(
            name=run.name,
            what=what,
            recipe=run.command,
            seed=run.seed,
            steps=steps,
            data=tuple(data),
            limits=tuple(limits),
            metrics=snr | (metrics or {}),
            graphs={report.graph.name: graph_entry(report, meanings)},
        ),
    )


def cleared(run: Run) -> Path:
    """Return where the graph goes, with the card that speaks of the old one out of the way."""
    (run.out / "card.toml").unlink(missing_ok=True)
    return run.out / f"{run.name}.tflite"
