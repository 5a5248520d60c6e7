# SPDX-License-Identifier: Apache-2.0
"""What console and page tell each other; docs/console.md has it in prose.

Page to console: JSON, checked here. Console to page: JSON, and frames as bytes.
"""

from __future__ import annotations

from struct import Struct
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from phosphene.accelerators.inference import InferenceState
from phosphene.console.painting import Outcome, Painted
from phosphene.console.screen import Shown
from phosphene.console.settings import Settings

LONGEST_LINE: Final = 200
LARGEST_MESSAGE: Final = 4096
"""Bytes of a message from the page."""
# Magic, frame number, width, height, and two spare bytes so that the pixels begin at a multiple of four.
_HEAD = Struct("<4sIHHI")
_MAGIC: Final = b"PHF1"


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Displayed(_Message):
    """Frame `frame` is on the canvas."""

    type: Literal["displayed"]
    frame: int


class Typed(_Message):
    """A person typed a line."""

    type: Literal["typed"]
    line: str = Field(max_length=LONGEST_LINE)


class Chosen(_Message):
    """A person touched what has this key, in frame `frame`."""

    type: Literal["chosen"]
    key: str = Field(max_length=200)
    frame: int


class AnotherLook(_Message):
    """A person wants the same scene to look otherwise."""

    type: Literal["another_look"]


class Set(_Message):
    """A person moved a control. `settings` holds only what was moved."""

    type: Literal["set"]
    settings: dict[str, Any]


class Here(_Message):
    """Somebody is at the page: a finger, a key, anywhere on it."""

    type: Literal["here"]


FromPage = Displayed | Typed | Chosen | AnotherLook | Set | Here
_FROM_PAGE: TypeAdapter[FromPage] = TypeAdapter(Annotated[FromPage, Field(discriminator="type")])


def read(text: str | bytes) -> FromPage:
    """Return the message that `text` is. Raises pydantic's ValidationError."""
    return _FROM_PAGE.validate_json(text)


def changed(settings: Settings, change: dict[str, Any]) -> Settings:
    """Return `settings` with `change` in them. Raises pydantic's ValidationError."""
    return Settings.model_validate(settings.model_dump() | change)


def tree(shown: Shown) -> dict[str, Any]:
    """Return the text tree of a frame; it goes out before the frame."""
    assert shown.painted is not None
    painted = shown.painted
    height, width, _ = painted.frame.shape
    return {
        "type": "tree",
        "frame": shown.number,
        "scene": shown.scene,
        "size": [width, height],
        "nodes": [node.as_dict() for node in painted.tree],
        "hint": shown.hint,
        "outcome": _in_words(painted.outcome),
        "ms": {stage: round(float(ms), 2) for stage, ms in painted.ms.items()},
    }


def frame(number: int, painted: Painted, pixels: bytes) -> bytes:
    """Return a frame as it goes over the wire: 16 bytes of head, then rows of RGB."""
    height, width, _ = painted.frame.shape
    return _HEAD.pack(_MAGIC, number, width, height, 0) + pixels


def _in_words(outcome: Outcome) -> str:
    """Say how the frame came about; nothing falls back silently."""
    return ", ".join(
        (
            "painted once" if outcome.tries == 1 else f"painted {outcome.tries} times",
            *(("plain layout",) if outcome.plain else ()),
            *((f"overlaid: {' '.join(outcome.overlaid)}",) if outcome.overlaid else ()),
        )
    )


def trouble(shown: Shown) -> dict[str, Any]:
    """Return what is told in place of a frame that can't be painted."""
    return {"type": "trouble", "frame": shown.number, "scene": shown.scene, "text": shown.trouble, "hint": shown.hint}


def inference(state: InferenceState) -> dict[str, Any]:
    """Return what runs the networks, and what happened to it."""
    happened = [{"when": round(one.when, 3), "text": one.text} for one in state.happened]
    return {"type": "inference", "line": state.line, "well": state.well, "happened": happened}
