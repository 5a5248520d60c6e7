# SPDX-License-Identifier: Apache-2.0
"""The pytest plug-in of the bench: options, markers, asynchronous tests, and what is reported beside the results."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from pathlib import Path

import pytest

from phosphene_hil.instrument import InstrumentError
from phosphene_hil.marks import FAULTS, FEATURES, LEAVINGS
from phosphene_hil.outcomes import Blocked, Outcomes, block
from phosphene_hil.run import DEFAULT_RIG, EMULATED, LOG, LOOP, TABLE, TENURE, choice, event_loop

pytest_plugins = ("phosphene_hil.fixtures", "phosphene_hil.tries", "phosphene_hil.report.hooks")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the bench's options."""
    group = parser.getgroup("phosphene", "test bench of Phosphene")
    group.addoption(
        "--phosphene-rig",
        metavar="NAME[,NAME...]",
        help=f"rigs to test at, several at once (default: all of the inventory, else {DEFAULT_RIG})",
    )
    group.addoption("--phosphene-bench", metavar="FILE", type=Path, help="inventory of the bench: its rigs, by name")
    group.addoption("--phosphene-port", metavar="PORT", default="", help="port of the board, instead of searching it")
    group.addoption("--phosphene-arm-key", metavar="FILE", type=Path, help="arming key of a real board, to sign grants")
    group.addoption(
        "--phosphene-unlock-key", metavar="FILE", type=Path, help="secret of a real board's slot unlock, to open locks"
    )
    group.addoption("--phosphene-instrument", metavar="FILE", type=Path, help="the instrument that is wired to the rig")
    group.addoption("--phosphene-seed", metavar="N", type=int, help="seed of fault plans and of a new simulated board")
    group.addoption(
        "--phosphene-accelerator", metavar="KIND[:PYTHON]", default="", help="instead of what the rig's computer has"
    )
    group.addoption(
        "--phosphene-camera", metavar="SPEC", default="", help="camera to test, as `phosphene run` takes it"
    )
    group.addoption("--phosphene-microphone", metavar="SPEC", default="", help="microphone, likewise")
    group.addoption(
        "--phosphene-soak",
        metavar="MINUTES",
        type=float,
        default=0.0,
        help="length of the soak; 0: the short one only",
    )
    group.addoption(
        "--phosphene-safety-table", metavar="FILE", type=Path, help="write the safety suite's table there, in Markdown"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known; a rig that was named and is wrong ends the run at once."""
    config.addinivalue_line(
        "markers", f"needs(feature, ...): the test asks for features of the rig ({', '.join(FEATURES)}) or for tasks"
    )
    config.addinivalue_line(
        "markers", f"leaves(what, ...): the test leaves this behind on purpose ({', '.join(LEAVINGS)})"
    )
    config.addinivalue_line("markers", f"{FAULTS}(plan): damage the line by a share of all frames, or a plan's file")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(), "phosphene-outcomes")
    if EMULATED in (config.getoption("phosphene_rig") or "").split(","):
        from phosphene_tools.emulated import image, toolchain

        if not toolchain.missing():  # else the tests are skipped, and say why
            image.image()  # now: compiling takes longer than a test may


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Settle which rigs are tested; one that was named and is wrong ends the run at once."""
    if not config.getoption("phosphene_rig") and config.getoption("phosphene_bench") is None:
        config.option.phosphene_rig = DEFAULT_RIG
        return
    from phosphene.errors import ConfigError
    from phosphene_hil import rack

    try:
        names = rack.names(config)
        for name in names:
            choice(config, name)
    except ConfigError as error:
        rigs = config.getoption("phosphene_rig")
        option = f"--phosphene-rig {rigs}" if rigs else f"--phosphene-bench {config.getoption('phosphene_bench')}"
        raise pytest.UsageError(f"{option}: {error}") from error
    config.option.phosphene_rig = ",".join(names)
    rack.begin(config, names)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the rig back, and end the bench's event loop."""
    if TENURE in config.stash:
        config.stash[TENURE].give_back()
        del config.stash[TENURE]
    if LOOP in config.stash:
        config.stash[LOOP].close()
        del config.stash[LOOP]


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is tested."""
    return f"phosphene rig: {config.getoption('phosphene_rig')}"


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine and uses a rig."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj) or "rig" not in pyfuncitem.fixturenames:
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted if name in pyfuncitem.funcargs}
    event_loop(pyfuncitem.config).run(pyfuncitem.obj(**arguments))
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the board said beside the failure of a test that listened; block a test whose rig went away."""
    report = yield
    if report.failed and LOG in item.stash:
        report.sections.append((f"serial log ({report.when})", item.stash[LOG].tail()))
    if call.excinfo is not None and isinstance(call.excinfo.value, Blocked):
        block(item, report, str(call.excinfo.value))
    elif report.failed and call.excinfo is not None and isinstance(call.excinfo.value, InstrumentError):
        block(item, report, f"its instrument: {call.excinfo.value}")
    elif report.failed and "rig" in getattr(item, "fixturenames", ()) and TENURE in item.config.stash:
        held = item.config.stash[TENURE]
        if why := held.gone():
            block(item, report, f"rig {held.choice.called} went away: {why}")
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the safety table if the safety suite made one, and write it where it was asked for."""
    table = config.stash.get(TABLE, None)
    path: Path | None = config.getoption("phosphene_safety_table")
    if table is not None:
        terminalreporter.section("safety: every output, every loss of the host, every broken firmware")
        terminalreporter.write_line(table.markdown())
        if path is not None:
            path.write_text(table.page(str(config.getoption("phosphene_rig"))), encoding="utf-8")
            terminalreporter.write_line(f"written to {path}")
    elif path is not None:
        terminalreporter.write_line(f"no safety table was made, so none is written to {path}")
