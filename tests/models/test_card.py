# SPDX-License-Identifier: Apache-2.0
"""Cards: what is written is read again, what is wrong is named, and a graph must be the one on its card."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from phosphene.accelerators.model_file import hash_on_card
from phosphene.errors import PhospheneError
from phosphene_tools.models.card import Card, End, Graph, Metric, Source, read_card, sha256_of, write_card
from tests.models.flatbuffers import small_network


def card_for(folder: Path) -> Card:
    path = folder / "small.tflite"
    path.write_bytes(small_network())
    end = End(name="cells", shape=(1, 12, 16, 5), scale=0.05, zero_point=0, meaning="what lies in a cell")
    return Card(
        name="small",
        what='A network with "quotes", a \\ and a \x7f',
        recipe="phosphene models build small --seed 3",
        seed=3,
        steps=100,
        data=(
            Source(name="drawn", licence="none needed", sha256={"a b/c.wav": "0" * 64}),
            Source(name="x", licence="MIT"),
        ),
        fonts=(Source(name="DejaVu Sans", licence="Bitstream Vera"),),
        limits=("seen on synthetic data only",),
        metrics={"exact_raw": Metric(value=0.9995, command="phosphene models report painter --json")},
        graphs={
            "small.tflite": Graph(
                sha256=sha256_of(path),
                bytes=path.stat().st_size,
                snr_db=34.9,
                inputs=(end,),
                outputs=(end,),
                placement={"edgetpu": "wholly; predicted; not run on hardware"},
            )
        },
    )


def test_a_card_survives_writing_and_reading(tmp_path: Path) -> None:
    card = card_for(tmp_path)
    path = write_card(tmp_path, card)
    assert read_card(tmp_path) == card
    assert path.read_text("utf-8").startswith("# SPDX-License-Identifier: Apache-2.0\n")
    assert hash_on_card(tmp_path / "small.tflite") == card.graphs["small.tflite"].sha256


def test_the_same_card_is_written_the_same(tmp_path: Path) -> None:
    first = write_card(tmp_path, card_for(tmp_path)).read_bytes()
    assert write_card(tmp_path, read_card(tmp_path)).read_bytes() == first


def test_a_graph_that_is_not_the_one_on_the_card_is_refused_in_writing(tmp_path: Path) -> None:
    card = card_for(tmp_path)
    (tmp_path / "small.tflite").write_bytes(b"another")
    with pytest.raises(PhospheneError, match=r"not that of small\.tflite"):
        write_card(tmp_path, card)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("scale = 0.05", "scale = 0.0", "greater than 0"),
        ("zero_point = 0", "zero_point = 300", "less than or equal to 127"),
        ("seed = 3", "seeds = 3", "Field required"),
        ("seed = 3", "seed = 3 3", "not TOML"),
        ('licence = "MIT"', 'licence = ""', "at least 1 character"),
    ],
)
def test_what_is_wrong_on_a_card_is_named(tmp_path: Path, before: str, after: str, words: str) -> None:
    path = write_card(tmp_path, card_for(tmp_path))
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(PhospheneError, match=words) as caught:
        read_card(tmp_path)
    assert "card.toml" in caught.value.place


def test_a_missing_card_names_its_cure(tmp_path: Path) -> None:
    with pytest.raises(PhospheneError, match="No such file") as caught:
        read_card(tmp_path / "painter")
    assert caught.value.cure == "phosphene models build painter"


def test_a_hash_must_look_like_one(tmp_path: Path) -> None:
    fields = card_for(tmp_path).graphs["small.tflite"].model_dump() | {"sha256": "abc"}
    with pytest.raises(ValidationError):
        Graph.model_validate(fields)


def test_the_file_is_toml_for_others_too(tmp_path: Path) -> None:
    content = tomllib.loads(write_card(tmp_path, card_for(tmp_path)).read_text("utf-8"))
    assert content["graphs"]["small.tflite"]["inputs"][0]["meaning"] == "what lies in a cell"
    assert content["data"][0]["sha256"] == {"a b/c.wav": "0" * 64}
