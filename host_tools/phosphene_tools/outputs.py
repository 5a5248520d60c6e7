# SPDX-License-Identifier: Apache-2.0
"""What the device shows itself on, where it is touched, and what it speaks through, as a person types them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from dataclasses import dataclass

from phosphene.console.screen import Screen
from phosphene.console.viewer import Person
from phosphene.errors import ConfigError
from phosphene.loop.outputs import Displaying, Finger, Speaking
from phosphene.loop.supervisor import Supervisor
from phosphene.painter.panel import Panel
from phosphene.screens.opening import open_display, run_screen
from phosphene.sound.opening import open_speaker
from phosphene.sound.speech import open_speech
from phosphene.sound.voice import Voice
from phosphene.touch.opening import run_touch


@dataclass(frozen=True, slots=True)
class Outputs:
    """Each "none" unless it was named; `speech` is the engine that speaks through the speaker."""

    display: str = "none"
    touch: str = "none"
    speaker: str = "none"
    speech: str = "espeak"

    def check(self) -> None:
        """Raise ScreenError, SensorError, SoundError or ConfigError for one that names nothing, or can't be alone."""
        open_display(self.display)
        open_speaker(self.speaker)
        if self.touch != "none" and self.display == "none":
            raise ConfigError("a touch panel lies on a display", place=f"touch {self.touch}", cure="name the display")

    @contextlib.contextmanager
    def joined(
        self, supervisor: Supervisor, person: Person, screen: Screen, panel: Panel, say: Callable[[str, str], None]
    ) -> Generator[None]:
        """Run them at the loop's end during the block. `person` gets what fingers choose; `say` is told of what happens
        to them.
        """
        with contextlib.ExitStack() as stack:
            display = run_screen(self.display, (panel.width, panel.height), lambda event: say("display", event.text))
            if display is not None:
                stack.callback(display.stop)
                displaying = Displaying(screen, display)
                supervisor.ends.append(displaying)
                stack.enter_context(screen.telling(displaying.fresh))
                finger = Finger(screen, person)
                touch = run_touch(self.touch, display, finger, lambda event: say("touch", event.text))
                if touch is not None:
                    stack.callback(touch.stop)
            speaker = open_speaker(self.speaker)
            if speaker is not None:
                voice = Voice(speaker, open_speech(self.speech), lambda event: say("voice", event.text))
                voice.start()
                stack.callback(voice.stop)
                supervisor.ends.append(Speaking(voice))
                supervisor.speaking_until_s = lambda: voice.speaking_until_s
            yield
