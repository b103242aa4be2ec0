"""Why an SSH conversation ended, when only the library noticed."""

import socket

import paramiko  # noqa: TID251  # its exceptions are what is explained
import pytest

from labctl.connect.guard import GuardedSocket
from labctl.connect.ssh.session import broken
from labctl.connect.trouble import explain
from labctl.core.deadline import Deadline
from labctl.core.verdict import Reason


@pytest.mark.parametrize(("seconds", "reason"), [(0, Reason.TIMEOUT), (60, Reason.PROTOCOL)])
def test_what_the_library_gives_up_after_the_deadline_was_late(
    seconds: float, reason: Reason
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        guard = GuardedSocket(ours, Deadline.after(seconds), 1000)

        assert explain(broken(guard, paramiko.SSHException("Timeout opening channel."))).reason is (
            reason
        )
