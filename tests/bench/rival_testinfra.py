"""The same checks by pytest-testinfra, one test each, as its documentation has it.

Its own fixture, over the hosts of the module: pytest then runs host after host, since the fixture
is of the module. Run by ``tests.bench.rivals``.
"""

import os
import shlex
import socket
from typing import Any

import paramiko  # noqa: TID251  # the contender's, not labctl's
import pytest

from tests.bench.asked import ASKED, PREFIX, Asked

HOSTS = range(1, int(os.environ["FIELD_HOSTS"]) + 1)
BACKEND = os.environ["FIELD_BACKEND"]
testinfra_hosts = [f"{BACKEND}://root@{PREFIX}.{number}" for number in HOSTS]


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


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
def test_host(host: Any, one: Asked) -> None:
    number = int(host.backend.host.name.rpartition(".")[2])
    done = host.run(shlex.join(one.argv))
    assert one.read(done.stdout, done.rc) == one.wanted(number)
