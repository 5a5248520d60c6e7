# SPDX-License-Identifier: Apache-2.0
"""Scenes for the tests: any that can be shown, and a few that a device shows."""

from __future__ import annotations

from hypothesis import strategies as st

from phosphene.painter.charset import CHARACTERS
from phosphene.painter.scene import Choice, Fact, Intent, Scene, SceneError, Status

# What is likely to be read wrongly comes more often than by chance.
_NUMBERS = st.one_of(
    st.integers(0, 10**12).map(str),
    st.decimals(-(10**6), 10**6, places=2).map(str),
    st.from_regex(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{0,2}([ '][0-9]{3}){1,3}(\.[0-9]{1,2})?", fullmatch=True),
    st.from_regex(r"0x[0-9a-f]{1,8}|[A-Z]{1,3}[0-9]{1,3}|20[0-9]{2}-[0-9]{2}-[0-9]{2}", fullmatch=True),
)
_WORDS = st.sampled_from(["Pasta", "MIX", "II", "it's", "half-open", "(now)", "−", "-", "×", "No.", "m²", "½", "…"])
_ODD = st.text(CHARACTERS, max_size=12)


def texts(longest: int) -> st.SearchStrategy[str]:
    """Return any text that can be shown."""
    parts = st.lists(st.one_of(_NUMBERS, _WORDS, _ODD), min_size=0, max_size=5)
    return parts.map(lambda words: " ".join(words)[:longest])


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Return any scene."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 6))):
        limit = draw(st.none() | st.floats(0, 10))
        facts.append(
            Fact(
                f"fact.{number}",
                draw(st.one_of(_NUMBERS, texts(24)).map(lambda text: text[:24] if text[:24].strip() else "none")),
                draw(texts(48)),
                draw(st.sampled_from(["", "ml", "°C", "%", "m3", "m/s", "€", "foo", "Ohm"])),
                draw(st.sampled_from(Status)),
                age_s=draw(st.floats(0, 10)),
                age_limit_s=limit,
            )
        )
    choices = [
        Choice(f"choice.{number}", draw(texts(24).filter(lambda text: bool(text.strip()))), draw(st.booleans()))
        for number in range(draw(st.integers(0, 4)))
    ]
    title = draw(texts(48))
    try:
        return Scene(tuple(facts), tuple(choices), title, intent=draw(st.sampled_from(Intent)))
    except SceneError:
        return Scene(tuple(facts), tuple(choices), "Nothing", intent=draw(st.sampled_from(Intent)))


def dose(value: str = "12.5", *, age_s: float = 0.0, limit_s: float | None = None) -> Fact:
    """Return a dose."""
    return Fact("pump.dose", value, "Dose", "ml", age_s=age_s, age_limit_s=limit_s)


def confirmation(value: str = "12.5") -> Scene:
    """Return what is shown before a dose is poured."""
    choices = (Choice("no", "Leave it"), Choice("yes", "Pour", main=True))
    return Scene((dose(value),), choices, "Pour now?", intent=Intent.CONFIRM)


def result(value: str = "12.5", *, age_s: float = 0.0, limit_s: float | None = None, seed: int = 1) -> Scene:
    """Return what is shown when it was poured."""
    return Scene((dose(value, age_s=age_s, limit_s=limit_s),), title="Poured", seed=seed)


def gone() -> Scene:
    """Return what is shown when the board is not there."""
    return Scene(title="The board does not answer", intent=Intent.REFUSE, seed=2)


def alarm() -> Scene:
    """Return an alarm."""
    fact = Fact("freezer", "−3.9", "Freezer", "°C", Status.FAULT)
    return Scene((fact,), (Choice("quiet", "Quiet"),), "Door open", intent=Intent.ALARM, seed=3)
