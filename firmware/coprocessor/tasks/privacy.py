# SPDX-License-Identifier: Apache-2.0
"""What the lights of camera and microphone show, and mute: `board.json` declares `"privacy"` (privacy.py)."""

from privacy import SWITCH, privacy
from refusal import FORBIDDEN, Refusal
from task import field, task


@task(
    "privacy.state",
    results=(
        field("camera", "choice", choices=("none", "dark", "lit")),
        field("microphone", "choice", choices=("none", "dark", "lit")),
        field("has_switch", "bool"),
        field("muted", "choice", choices=("no", "switch", "host")),
    ),
    event=(field("muted", "choice", choices=("no", "switch", "host")),),
    idempotent=True,
    privilege="read",
    help="The light of each sensor, none where the board declares none, and who muted them; tells when that changes.",
)
def state():
    return privacy.camera.state(), privacy.microphone.state(), privacy.has_switch, privacy.muted()


@task(
    "privacy.show",
    args=(field("camera", "bool"), field("microphone", "bool")),
    results=(
        field("camera", "choice", choices=("none", "dark", "lit")),
        field("microphone", "choice", choices=("none", "dark", "lit")),
        field("has_switch", "bool"),
        field("muted", "choice", choices=("no", "switch", "host")),
    ),
    idempotent=True,
    help="Which sensors may be open: said before one is opened, and after it is closed.",
)
def show(camera, microphone):
    # Also while it is muted: a light tells what is, not what should be.
    privacy.camera.show(camera)
    privacy.microphone.show(microphone)
    return state()


@task(
    "privacy.mute",
    args=(field("on", "bool"),),
    results=(field("muted", "choice", choices=("no", "switch", "host")),),
    idempotent=True,
    help="Mute camera and microphone, or undo that. What the switch muted only the switch undoes.",
)
def mute(on):
    privacy.mute(on)
    if not on and privacy.muted() == SWITCH:
        raise Refusal(FORBIDDEN, "muted by the switch on the device; only the switch undoes that")
    return (privacy.muted(),)
