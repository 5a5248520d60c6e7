# SPDX-License-Identifier: Apache-2.0
"""What goes into the version set of a rig."""

from __future__ import annotations

import importlib.metadata
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from phosphene_tools import places
from phosphene_tools.boards.catalog import FILES, Catalog, Rig, load_rig
from phosphene_tools.deploy.errors import DeployError
from phosphene_tools.deploy.package import package_files, requirements
from phosphene_tools.deploy.version_set import VersionSet
from phosphene_tools.keys.key import Key
from phosphene_tools.keys.store import KeyStore

BUNDLE = "firmware.phosphene"
# Runtimes that pin their own numpy live in an environment of their own; see docs/accelerators.md.
_WORKERS = {"rknn": ("numpy<2", "rknn-toolkit-lite2>=2.3,<3")}
_EXTRAS = ("speech",)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is to be deployed. `run` are further arguments of `phosphene run` there, as a person types them; `wheels` a
    folder of wheels, for a host without a network; `extras` of the package, such as `audio`; `worker` gives the
    accelerator an environment of its own where it need not have one."""

    rig: str
    key: str = ""
    run: str = ""
    wheels: Path | None = None
    extras: tuple[str, ...] = _EXTRAS
    firmware: bool = True
    counter: int = 0
    worker: bool = False
    keys: KeyStore = field(default_factory=KeyStore)


def build_set(wanted: Contents, say: Callable[[str], None] = lambda _: None) -> VersionSet:
    """Return the signed set. Raises DeployError, KeyStoreError, InvalidBoardFile, FlashError."""
    rig, key = load_rig(wanted.rig), signer(wanted.keys, wanted.key)
    say("building the package")
    package = package_files()
    files = {f"package/{name}": data for name, data in package.items()} | _board_files(rig) | _wheels(wanted.wheels)
    if wanted.firmware:
        say("building the firmware's bundle")
        files[BUNDLE] = _bundle(rig, key, wanted.counter)
    kind = rig.sbc.accelerator_kind
    needs = requirements(package, wanted.extras)
    own = _WORKERS.get(kind, ())
    if wanted.worker and not own:
        own = tuple(line for line in needs if line.startswith(("ai-edge-litert", "numpy")))
    return VersionSet.build(
        files,
        key,
        version=importlib.metadata.version("phosphene"),
        rig=rig.name,
        accelerator=kind,
        run=shlex.split(wanted.run),
        requirements=needs,
        worker=own,
    )


def signer(store: KeyStore, name: str) -> Key:
    """Return the key of that name; without a name, the only one that can sign. Raises DeployError, KeyStoreError."""
    if name:
        return store.load(name)
    able = {found: key for found in store.names() if (key := store.load(found)).kind == "ed25519"}
    if len(able) == 1:
        return next(iter(able.values()))
    if not able:
        cure = "phosphene keys new maker --kind ed25519"
        raise DeployError("there is no key to sign the set with", place=str(store.folder), cure=cure)
    raise DeployError(f"which key signs the set: {', '.join(able)}?", place=str(store.folder), cure="--key NAME")


def _board_files(rig: Rig) -> dict[str, bytes]:
    """The rig's own files, which count before those in the package."""
    catalog = Catalog([rig.path.parent.parent.parent, *Catalog.default().roots])
    paths = {
        f"boards/rig/{rig.name}/{FILES['rig']}": rig.path,
        f"boards/mcu/{rig.wiring.mcu}/{FILES['mcu']}": catalog.path("mcu", rig.wiring.mcu),
        f"boards/sbc/{rig.wiring.sbc}/{FILES['sbc']}": catalog.path("sbc", rig.wiring.sbc),
    }
    return {name: path.read_bytes() for name, path in paths.items()}


def _wheels(folder: Path | None) -> dict[str, bytes]:
    """Wheels for the host, and pip itself: Debian's Python has none."""
    root = places.checkout()
    found = {f"pip/{path.name}": path.read_bytes() for path in (root / "tools/pip").glob("*.whl")} if root else {}
    if folder is None:
        return found
    wheels = sorted(folder.glob("*.whl"))
    if not wheels:
        cure = f"pip download --only-binary :all: --platform manylinux_2_28_aarch64 -d {folder} phosphene"
        raise DeployError("there is no wheel in this folder", place=str(folder), cure=cure)
    return found | {f"wheels/{path.name}": path.read_bytes() for path in wheels}


def _bundle(rig: Rig, key: Key, counter: int) -> bytes:
    from phosphene_tools.flash.abi import Abi
    from phosphene_tools.flash.version import build
    from phosphene_tools.flash.wish import Wish

    return build(Wish(), rig, Abi.of_board(rig.mcu), counter, key).encode()
