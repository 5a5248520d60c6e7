# SPDX-License-Identifier: Apache-2.0
"""The bench's doctor: what it says of observed nets, and what it finds in wires that are really wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from phosphene.errors import ConfigError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_hil.bench_pico.instrument_file import load_setup
from phosphene_hil.bench_pico.world import Wires
from phosphene_hil.computer import NO_SPECS, Computer
from phosphene_hil.doctor import Finding
from phosphene_hil.doctor.judging import Observed, judge
from phosphene_hil.doctor.udev import rules
from phosphene_hil.rig import Rig
from phosphene_tools.boards import load_rig
from tests.hil.simulated_bench import FILE, Bench, bench, setup

pytestmark = pytest.mark.timeout(300)  # against hanging only: two boards and much that is waited for


class Named:
    """Names for ends, recognisable in what is said."""

    def board(self, net: str) -> str:
        return f"B:{net}"

    def bench(self, net: str) -> str:
        return f"I:{net}"


def judged(followed: Mapping[str, str], touching: str = "", stuck: Mapping[str, bool] | None = None) -> list[Finding]:
    """Judge nets of one letter: `ab` follow `a`; the two in `touching` moved only together."""
    pairs = frozenset({frozenset(touching)} if touching else ())
    seen = Observed({net: frozenset(followers) for net, followers in followed.items()}, pairs, stuck or {})
    return judge(seen, Named())


def states(findings: list[Finding]) -> dict[tuple[str, ...], str]:
    return {finding.nets: finding.state for finding in findings}


def test_all_well() -> None:
    assert states(judged({"a": "a", "b": "b"})) == {("a",): "fine", ("b",): "fine"}


def test_two_wires_exchanged_share_one_finding() -> None:
    first, last = judged({"a": "b", "b": "a", "c": "c"})
    assert (first.state, first.nets, last.state) == ("swapped", ("a", "b"), "fine")
    assert "I:a" in first.cure
    assert "I:b" in first.cure


def test_three_in_a_ring_are_told_one_by_one_with_the_pin_to_go_to() -> None:
    found = judged({"a": "b", "b": "c", "c": "a"})
    assert states(found) == {("a",): "misplaced", ("b",): "misplaced", ("c",): "misplaced"}
    assert "from I:b to I:a" in found[0].cure


def test_a_missing_wire_names_both_its_ends() -> None:
    first, *_ = judged({"a": "", "b": "b"})
    assert (first.state, first.nets) == ("open", ("a",))
    assert "B:a" in first.cure
    assert "I:a" in first.cure


def test_what_touches_is_one_finding_however_many_they_are() -> None:
    assert states(judged({"a": "ab", "b": "ab", "c": "bc", "d": "d"})) == {("a", "b", "c"): "shorted", ("d",): "fine"}
    assert states(judged({"a": "", "b": "", "c": "c"}, touching="ab")) == {("a", "b"): "shorted", ("c",): "fine"}


def test_an_input_that_keeps_its_level_is_not_called_open() -> None:
    first, *_ = judged({"a": ""}, stuck={"a": False})
    assert first.state == "stuck"
    assert "ground" in first.cure


def wrong(pins: Mapping[str, int]) -> Wires:
    """Make one mistake of each kind, at outputs and at inputs."""
    odd = {"fan", "radiator", "heater", "pump", "door", "valve", "flow", "meter", "button"}
    fine = [((name,), (pin,)) for name, pin in pins.items() if name not in odd]
    return [
        *fine,
        (("fan",), (pins["radiator"],)),
        (("radiator",), (pins["fan"],)),
        (("heater", "pump"), (pins["heater"], pins["pump"])),  # a blob of solder, at whichever end
        (("door",), ()),
        (("valve",), ()),
        (("flow",), (pins["meter"],)),
        (("meter",), (pins["flow"],)),
        (("button",), ()),
    ]


def examined(pair: Bench, *, keep_running: bool) -> list[Finding]:
    """Examine as the command does."""

    async def opened(_: Link, mcu: Coprocessor) -> Rig:
        key = pair.board.unlock_key
        await (await mcu.start("crypto.provision", slot="unlock", kind="hmac", key=key)).result()
        wired = pair.board.setup.rig
        return Rig(wired, pair.board, await mcu.dictionary(), Computer(wired.sbc, wired.mcu.simulated, NO_SPECS))

    return pair.examine(pair.run(opened), keep_running=keep_running)


def test_wires_that_are_really_wrong_are_found_and_nothing_else() -> None:
    with bench(soldering=wrong) as pair:
        findings = examined(pair, keep_running=True)
    faults = {finding.nets: finding.state for finding in findings if finding.wrong}
    assert faults == {
        ("fan", "radiator"): "swapped",
        ("heater", "pump"): "shorted",
        ("door",): "open",
        ("valve",): "open",
        ("flow", "meter"): "swapped",
        ("button",): "open",
    }
    said = {finding.nets: finding.cure for finding in findings}
    assert "bench GP3 (pin 5) and bench GP7 (pin 10)" in said["fan", "radiator"]
    assert "board GP21 (pin 27) – bench GP6 (pin 9)" in said["valve",]
    fine = {net for finding in findings if finding.state == "fine" for net in finding.nets}
    assert fine == {"led", "enable", "camera_light", "microphone_light", "mute_switch", "room"}
    assert findings == sorted(findings, key=lambda finding: not finding.wrong), "faults come first"


def bench_side(pins: Mapping[str, int]) -> Wires:
    """Let an output's wire touch an input's; exchange power and reset; leave the line's relay and TX out."""
    odd = {"fan", "meter", "control.power", "control.reset", "control.cut", "control.line_up"}
    return [
        *[((name,), (pin,)) for name, pin in pins.items() if name not in odd],
        (("fan", "meter"), (pins["fan"], pins["meter"])),
        (("control.cut",), ()),
    ]


def test_an_output_that_touches_an_input_and_switches_without_effect() -> None:
    with bench(soldering=bench_side) as pair:
        findings = examined(pair, keep_running=False)
    faults = {finding.nets: finding.state for finding in findings if finding.wrong}
    assert faults == {
        ("fan", "meter"): "shorted",
        ("line_up",): "open",
        ("reset",): "dead",
        ("power",): "dead",
        ("cut",): "dead",
    }
    fine = {net for finding in findings if finding.state == "fine" for net in finding.nets}
    assert {"pump", "button", "short_to_board", "short_to_host", "room"} <= fine


def test_rules_tell_two_picos_apart_and_open_what_switches_power(tmp_path: Path) -> None:
    file = tmp_path / "bench.toml"
    file.write_text(
        'title = "real"\n[pico]\n[nets]\nled = 2\n[power]\nkind = "uhubctl"\nhub = "1-1"\nport = 2\n'
        '[reset]\nkind = "gpiod"\nchip = "/dev/gpiochip0"\nline = 4\n',
        encoding="utf-8",
    )
    rig = load_rig("laptop-pico")
    device = tmp_path / "bus" / "usb" / "devices" / "1-1"
    device.mkdir(parents=True)
    (device / "idVendor").write_text("0bda\n", encoding="ascii")
    text = rules(rig, load_setup(file, rig), "e66058388353562f", sys=tmp_path)
    assert 'ATTRS{serial}=="e66058388353562f", ENV{ID_USB_INTERFACE_NUM}=="02", SYMLINK+="phosphene/bench-line"' in text
    assert 'ATTR{idVendor}=="0bda"' in text
    assert 'SUBSYSTEM=="gpio", KERNEL=="gpiochip0", GROUP="dialout"' in text
    assert "E66" not in text
    assert all(line.startswith("#") or "==" in line for line in text.splitlines() if line)


def test_a_file_that_is_wrong_is_told_with_its_cure(tmp_path: Path) -> None:
    file = tmp_path / "bench.toml"
    text = FILE.read_text(encoding="utf-8")
    file.write_text(text.replace("pump = 1", "pumpe = 1"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"has no 'pumpe'.*did you mean 'pump'"):
        load_setup(file, load_rig("sim"))
    file.write_text(text.replace("reset = 18", "reset = 0"), encoding="utf-8")
    with pytest.raises(ConfigError, match="GP0 is both net led and control reset"):
        load_setup(file, load_rig("sim"))
    assert setup().unseen == []
