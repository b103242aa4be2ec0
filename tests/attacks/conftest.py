"""Keys and certificates of the attacks, made once."""

from dataclasses import dataclass
from pathlib import Path

import paramiko  # noqa: TID251  # the other side of the conversation
import pytest

from tests.attacks.ssh_server import make_key


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
