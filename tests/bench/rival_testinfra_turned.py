"""The checks by pytest-testinfra in an order of our own: one check on every host, then the next.

paramiko makes each exec after the first wait 40 ms on its connection (Nagle, against the delayed
acknowledgement of the peer). In this order the others are asked meanwhile: its best case.
"""

import os
import shlex

import pytest
import testinfra

from tests.bench.asked import ASKED, PREFIX, Asked

HOSTS = range(1, int(os.environ["FIELD_HOSTS"]) + 1)
BACKEND = os.environ["FIELD_BACKEND"]
OPTIONS = {"ssh_identity_file": os.environ["FIELD_KEY"], "ssh_config": os.environ["FIELD_CONFIG"]}
MACHINES = {n: testinfra.get_host(f"{BACKEND}://root@{PREFIX}.{n}", **OPTIONS) for n in HOSTS}


@pytest.mark.parametrize("number", HOSTS)
@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
def test_host(number: int, one: Asked) -> None:
    done = MACHINES[number].run(shlex.join(one.argv))
    assert one.read(done.stdout, done.rc) == one.wanted(number)
