"""Keys and certificates of the attacks, and the bench they are tried on, made once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko  # noqa: TID251  # the other side of the conversation
import pytest

from tests.attacks.certificates import Authority, make_authority
from tests.attacks.hostile import Judge
from tests.attacks.ssh_server import make_key
from tests.commands import Command
from tests.figures import Figures
from tests.plans import ROOM


@dataclass(frozen=True)
class Keys:
    """The keys of the machine, of labctl, and of somebody else."""

    host: paramiko.PKey
    user: paramiko.PKey
    other: paramiko.PKey
    user_path: str


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder: Path = tmp_path_factory.mktemp("keys")
    return Keys(
        make_key(folder / "host"),
        make_key(folder / "user"),
        make_key(folder / "other"),
        str(folder / "user"),
    )


@pytest.fixture
def judge(request: pytest.FixtureRequest, figures: Figures) -> Judge:
    """Give what holds a visit against what its case declared."""
    module = request.path.stem
    return Judge(figures, module.removeprefix("test_").removesuffix("_attacks"))


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def linux(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give the command with bench 1 built and solved, its workstation a Linux asked over SSH."""
    folder = tmp_path_factory.mktemp("linux")
    room = folder / "linux.room.yml"
    lines = ROOM.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("genres:")]
    room.write_text("".join((*kept, "genres: {poste: workstation-linux}\n")), encoding="utf-8")
    command = Command(folder / "state", {"LABCTL_ROOM": str(room)})
    command.must("up", "1")
    command.must("solve", "1")
    yield command
    command.must("down", "--all")
