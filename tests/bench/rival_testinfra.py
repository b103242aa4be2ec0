"""The same checks by pytest-testinfra, one test each: run by ``tests.bench.rivals``."""

import os
import shlex
import socket
from typing import Any

import paramiko  # noqa: TID251  # the contender's, not labctl's
import pytest
import testinfra

from tests.bench.asked import ASKED, PREFIX, Asked

HOSTS = range(1, int(os.environ["FIELD_HOSTS"]) + 1)
BACKEND = os.environ["FIELD_BACKEND"]
OPTIONS = {"ssh_identity_file": os.environ["FIELD_KEY"], "ssh_config": os.environ["FIELD_CONFIG"]}
MACHINES = {n: testinfra.get_host(f"{BACKEND}://root@{PREFIX}.{n}", **OPTIONS) for n in HOSTS}


@pytest.fixture(scope="session", autouse=True)
def _no_delay() -> Any:
    """Turn Nagle off when asked: paramiko leaves it on."""
    plain = paramiko.SSHClient.connect

    def connect(self: Any, *arguments: Any, **words: Any) -> Any:
        result = plain(self, *arguments, **words)
        transport = self.get_transport()
        transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return result

    with pytest.MonkeyPatch.context() as patch:
        if "FIELD_NODELAY" in os.environ:
            patch.setattr(paramiko.SSHClient, "connect", connect)
        yield


@pytest.mark.parametrize("number", HOSTS)
@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
def test_host(number: int, one: Asked) -> None:
    done = MACHINES[number].run(shlex.join(one.argv))
    assert one.read(done.stdout, done.rc) == one.wanted(number)
