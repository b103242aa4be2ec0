"""Benches that several modules share, built once per run, and the figures a run ends with."""

import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from labctl.core import content
from labctl.core.once import reading_once
from labctl.facts import registry
from tests.commands import Command
from tests.figures import Figures, list_lines

# A busy machine is no failure: what must be quick has a test that says so.
settings.register_profile("labctl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("labctl")
# Times are shown in the zone of the machine: whoever runs the tests may be anywhere.
os.environ["TZ"] = "UTC"
time.tzset()
content.install()  # tests import topics by name


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give the command with an empty room; whatever is built in it goes at the end."""
    command = Command(tmp_path_factory.mktemp("room"))
    yield command
    command.must("down", "--all")  # silent, a bench would outlive its own folder


@pytest.fixture(scope="session")
def solved(room: Command) -> Command:
    """Give the command with bench 1 built and solved; tests leave it as they found it."""
    room.must("up", "1")
    room.must("solve", "1")
    return room


@pytest.fixture(scope="module")
def reading() -> Iterator[None]:
    """Read content once for the length of a module, as a command does: its tests change none."""
    with reading_once():
        yield


@pytest.fixture
def use_content(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Give what makes a folder a centre's content: check files are read anew, then as before.

    Modules of facts stay: a fact read before and one read now must have the same type. Their
    folders do not: a module that nobody read yet is found by the folder above.
    """
    kept = {name: module for name, module in sys.modules.items() if _is_content(name)}

    def use(folder: Path) -> None:
        monkeypatch.setenv("LABCTL_CONTENT_DIR", str(folder))
        for name, module in kept.items():
            if ".facts" not in name or getattr(module, "__file__", None) is None:
                sys.modules.pop(name, None)
        importlib.invalidate_caches()
        registry.forget()

    yield use
    for name in [name for name in sys.modules if _is_content(name)]:
        del sys.modules[name]
    sys.modules.update(kept)
    registry.forget()


def _is_content(name: str) -> bool:
    return name == content.PACKAGE or name.startswith(f"{content.PACKAGE}.")


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """Give a test where to put what it counts: said when the run ends."""
    return Figures(record_property)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the tests counted."""
    lines = tuple(list_lines(each for some in terminalreporter.stats.values() for each in some))
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.write_line(line)
