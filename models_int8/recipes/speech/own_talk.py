# SPDX-License-Identifier: Apache-2.0
"""Hours of talk that isn't for the device, for thresholds alone: none of it is the test's, and no training hears it.

`own-english`: eSpeak's voices that training never had. `own-foreign`: eSpeak in seven languages, sayings of Debian's
`fortunes-de`, `-es`, `-it`, `-pl`, `-cs`, `-ru`, `-br`. `own-recorded`: people who name pictures in a dozen languages,
of Debian's `tuxpaint-stamps-default`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech import grammar
from recipes.speech.engines import open_engine
from recipes.speech.engines.espeak import VARIANTS
from recipes.speech.packages import read
from recipes.speech.sound import RATE, level_db, to_int16, trim
from recipes.speech.store import Clip, Store
from recipes.speech.voices import speak_into, split_of

STORES: Final = ("own-english", "own-foreign", "own-recorded")
SHARE: Final = Path("/usr/share")
_ENGLISH_S, _FOREIGN_S = 7200, 9000
_LEVEL_DB: Final = -24.0
# The language's voice, and folders or files of its sayings.
_SAYINGS: Final = {
    "de": ("de",),
    "es": ("es",),
    "it": ("italia", "it"),
    "pl": ("pl",),
    "cs": ("cs", "cz"),
    "ru": ("ru",),
    "pt-br": ("brasil", "br"),
}
_NO_WORDS: Final = re.compile(r"[\d<>{}=/\\|_@#]")
_NAMED: Final = re.compile(r"_desc_(be|bg|ca|da|el|es|fr|lt|ml|nl|pt_BR|ro|ru)\.(ogg|wav)$")


def make(out: Path, share: Path = SHARE) -> None:
    """Fill the stores below `out`; what is there stays. Raises PhospheneError without eSpeak or a package."""
    _english(out / STORES[0], share)
    _foreign(out / STORES[1], share)
    _recorded(out / STORES[2], share)


def _english(folder: Path, share: Path) -> None:
    engine, rng = open_engine("espeak"), np.random.default_rng(5)
    sentences = grammar.sentences(share / "games" / "fortunes", held_out=False)
    with Store(folder) as store:
        number = 0
        while store.seconds < _ENGLISH_S:
            voice = engine.draw_voice(rng)
            while split_of("espeak", voice) != "dev":
                voice = engine.draw_voice(rng)
            text = str(rng.choice(sentences)) if rng.random() < 0.6 else grammar.talk(rng)
            line = (f"own-{number}", text, voice)
            number += 1
            if line[0] not in store.done:
                speak_into(engine, store, "espeak", "talk", line)


def _foreign(folder: Path, share: Path) -> None:
    engine, rng = open_engine("espeak"), np.random.default_rng(77)
    texts = {voice: _sayings(share / "games" / "fortunes", places) for voice, places in _SAYINGS.items()}
    missing = [voice for voice, lines in texts.items() if not lines]
    if missing:
        cure = "apt install fortunes-de fortunes-es fortunes-it fortunes-pl fortunes-cs fortunes-ru fortunes-br"
        raise PhospheneError(f"no sayings in {', '.join(missing)}", place=str(share), cure=cure)
    with Store(folder) as store:
        number = 0
        while store.seconds < _FOREIGN_S:
            language = str(rng.choice(list(texts)))
            variant = rng.choice(VARIANTS)
            manner = f"{rng.integers(120, 210)}/{rng.integers(25, 76)}/{rng.integers(25, 76)}"
            voice = f"{language}+{variant}/{manner}"
            text = str(rng.choice(texts[language]))
            number += 1
            if f"own-{number}" in store.done:
                continue
            samples = engine.speak(text, voice).samples
            if level_db(samples) < -70:
                continue
            samples = trim(samples)[0]
            samples = samples * 10 ** ((_LEVEL_DB - level_db(samples)) / 20)
            samples *= min(1.0, 0.95 / float(np.abs(samples).max()))
            clip = Clip(f"own-{number}", "talk", text, (), None, "espeak", voice, "dev")
            store.add(clip, to_int16(samples.astype(np.float32)))


def _sayings(folder: Path, places: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for name in places:
        for file in sorted({*folder.glob(f"{name}/**/*"), *folder.glob(f"*{name}*")}):
            if not file.is_file() or file.suffix in {".dat", ".u8"}:
                continue
            raw = file.read_bytes()
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                text = raw.decode("latin1")
            for saying in text.split("\n%\n"):
                for sentence in " ".join(saying.split()).replace("? ", ". ").replace("! ", ". ").split(". "):
                    line = sentence.strip(" .?!-")
                    if 4 <= len(line.split()) <= 22 and not _NO_WORDS.search(line):
                        found[line] = None
    return list(found)


def _recorded(folder: Path, share: Path) -> None:
    files = sorted(file for file in (share / "tuxpaint").rglob("*") if _NAMED.search(file.name))
    if not files:
        raise PhospheneError("no recordings", place=str(share / "tuxpaint"), cure="apt install tuxpaint-stamps-default")
    with Store(folder) as store:
        for number in np.random.default_rng(3).permutation(len(files)):
            file = files[int(number)]
            ident = file.relative_to(share).as_posix()
            if ident in store.done or file.is_symlink():
                continue
            samples = read(file)
            if len(samples) < RATE // 10 or level_db(samples) < -60:
                continue
            language = _NAMED.search(file.name)
            voice = f"tuxpaint-{language[1] if language else ''}"
            clip = Clip(ident, "babble", "", (), None, "tuxpaint-stamps-default", voice, "dev")
            store.add(clip, to_int16(samples * min(1.0, 0.98 / float(np.abs(samples).max()))))
