"""Losses are what was sent again of what was sent since one watches."""

import socket
from pathlib import Path

import pytest

from labctl.connect.line import Losses

SNMP = """Ip: Forwarding DefaultTTL
Ip: 1 64
Tcp: RtoAlgorithm OutSegs RetransSegs InErrs
Tcp: 1 {sent} {again} 0
Udp: InDatagrams
Udp: 7
"""


@pytest.mark.parametrize(
    ("sent", "again", "are_many"), [(0, 0, False), (100, 0, False), (100, 4, False), (100, 5, True)]
)
def test_one_in_twenty_is_many(tmp_path: Path, sent: int, again: int, are_many: bool) -> None:
    counts = tmp_path / "snmp"
    counts.write_text(SNMP.format(sent=1000, again=900), encoding="ascii")
    losses = Losses(counts)
    counts.write_text(SNMP.format(sent=1000 + sent, again=900 + again), encoding="ascii")

    assert losses.are_many() is are_many


def test_the_kernel_counts_what_we_send() -> None:
    before, _again = Losses()._read()
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

    assert Losses()._read()[0] > before
