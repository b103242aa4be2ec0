"""What labctl offers a Linux machine when they agree on how to speak."""

import socket
from contextlib import closing

import paramiko  # noqa: TID251  # what is offered is set on the library's own options

from labctl.connect.ssh.session import FASTEST_KEX, offer


def test_the_cheapest_curve_comes_first_and_the_others_are_still_there() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        options = paramiko.Transport(ours).get_security_options()

        offer(options)

    assert options.kex[0] == FASTEST_KEX
    assert "curve25519-sha256@libssh.org" in options.kex
    assert [name for name in options.kex if not name.startswith(("curve25519", "ecdh"))] == []
    assert options.compression == ("none",)
    assert {name[:4] for name in options.ciphers} == {"aes1", "aes2"}
    assert [name for name in (*options.ciphers, *options.digests) if "cbc" in name] == []
    assert [name for name in options.digests if "sha2" not in name] == []
