# SPDX-License-Identifier: Apache-2.0
"""Finds speech, music and noises in installed Debian packages, and reads them at 16 kHz.

`python -m recipes.speech.packages --out DIR` makes three stores for the test, none of which training may touch:
`babble` (talk in many languages, no word of which is for the device), `asterisk` (English prompts, transcribed) and
`noise-test` (music, keys, effects). What is not installed is left out and named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.sound import RATE, Samples, level_db, resample, to_int16
from recipes.speech.store import Clip, Store

# Package, voice, pattern below /usr/share. Folders that are links to others are not listed.
BABBLE: Final = (
    ("asterisk-core-sounds-es-wav", "es-allison", "asterisk/sounds/es_MX_f_Allison/**/*.wav"),
    ("asterisk-core-sounds-fr-wav", "fr-june", "asterisk/sounds/fr_CA_f_June/**/*.wav"),
    ("asterisk-core-sounds-it-wav", "it-carlo", "asterisk/sounds/it_IT_m_Carlo/**/*.wav"),
    ("asterisk-core-sounds-ru-wav", "ru-ivr", "asterisk/sounds/ru_RU_f_IvrvoiceRU/**/*.wav"),
    ("fillets-ng-data-cs", "cs-fillets", "games/fillets-ng/sound/*/cs/*.ogg"),
    ("fillets-ng-data-nl", "nl-fillets", "games/fillets-ng/sound/*/nl/*.ogg"),
    ("ktuberling-data", "ktuberling", "ktuberling/sounds/*/*.*"),
    ("klettres-data", "klettres", "klettres/*/*/*.ogg"),
)
NOISE: Final = (
    ("asterisk-moh-opsound-wav", "music", "asterisk/moh/*.wav"),
    ("fillets-ng-data", "music", "games/fillets-ng/music/*.ogg"),
    ("fillets-ng-data", "effects", "games/fillets-ng/sound/share/*.ogg"),
    ("sound-theme-freedesktop", "effects", "sounds/freedesktop/stereo/*.oga"),
    ("bucklespring-data", "keys", "buckle/wav/*.wav"),
)
_SHARE: Final = Path("/usr/share")
_LONGEST_S: Final = 60


def read(place: Path) -> Samples:
    """Return a sound file as mono at 16 kHz; raises PhospheneError when it is none."""
    import soundfile  # only who reads files needs it

    try:
        samples, rate = soundfile.read(place, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise PhospheneError(f"no sound: {error}", place=str(place), cure="install its package again") from error
    return resample(samples.mean(axis=1), int(rate))


def files(pattern: str, share: Path = _SHARE) -> Iterator[Path]:
    """Yield the sound files of a pattern in a fixed order, each file once though links lead to it twice."""
    seen: set[Path] = set()
    for place in sorted(share.glob(pattern)):
        real = place.resolve()
        if place.suffix in {".wav", ".ogg", ".oga", ".flac"} and real not in seen and "silence" not in place.parts:
            seen.add(real)
            yield place


def _fill(store: Store, table: tuple[tuple[str, str, str], ...], kind: str, share: Path) -> None:
    for package, voice, pattern in table:
        found = list(files(pattern, share))
        for place in found:
            ident = place.relative_to(share).as_posix()
            if ident in store.done:
                continue
            speaker = f"{place.relative_to(share).parts[2 if voice == 'ktuberling' else 1]}-{voice}"
            name = speaker if voice in {"ktuberling", "klettres"} else voice
            samples = read(place)[: _LONGEST_S * RATE]
            if len(samples) < RATE // 10 or level_db(samples) < -60:
                continue
            peak = float(np.abs(samples).max())
            clip = Clip(ident, kind, "", (), None, package, name, "test")
            store.add(clip, to_int16(samples * min(1.0, 0.98 / peak)))
        said = f"{len(found)} files" if found else "not installed, left out"
        print(f"{package} ({voice}): {said}", file=sys.stderr, flush=True)


def make_stores(out: Path, share: Path = _SHARE) -> None:
    """Make `babble`, `noise-test` and `asterisk` below `out`; raises PhospheneError without the English prompts."""
    from recipes.speech.asterisk import prompts  # it reads through this module

    with Store(out / "babble") as store:
        _fill(store, BABBLE, "babble", share)
    with Store(out / "noise-test") as store:
        _fill(store, NOISE, "noise", share)
    with Store(out / "asterisk") as store:
        for clip, samples in prompts():
            if clip.id not in store.done:
                store.add(clip, to_int16(samples))


def main() -> None:
    """Parse the command line and make the stores."""
    parser = argparse.ArgumentParser(prog="python -m recipes.speech.packages")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=Path, default=_SHARE)
    asked = parser.parse_args()
    try:
        make_stores(asked.out, asked.share)
    except PhospheneError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
