"""The output of a command, carried until the command itself has ended.

A daemon that the command leaves behind keeps the command's output open. If that were the pipe of
the reader, the reader would wait for the daemon. Terminals and files have no reader that waits for
an end: the command is given them as they are. Imported by a small child program: standard library
only.
"""

import fcntl
import os
import select
import signal
import stat
import struct
import termios

_CHUNK_BYTES = 64 << 10


class Relay:
    """Pipes of our own in place of the pipes or sockets that are our standard output and error."""

    def __init__(self) -> None:
        self._given: dict[int, int] = {}  # descriptor of the child → end of a pipe
        self._carried: dict[int, int] = {}  # other end → descriptor of ours
        ends: dict[tuple[int, int], int] = {}
        for number in (1, 2):
            try:
                status = os.fstat(number)
            except OSError:  # closed
                continue
            if not (stat.S_ISFIFO(status.st_mode) or stat.S_ISSOCK(status.st_mode)):
                continue
            place = (status.st_dev, status.st_ino)
            if place not in ends:  # else 2>&1: one pipe keeps the order of the two
                end, ends[place] = os.pipe()
                self._carried[end] = number
            self._given[number] = ends[place]

    def give(self) -> None:
        """Make the pipes the standard output and error of this process, the child."""
        for number, end in self._given.items():
            os.dup2(end, number)

    def carry(self, child: int) -> None:
        """Carry what comes until the child has ended, then what it had written by then."""
        for end in set(self._given.values()):
            os.close(end)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        ended = os.pidfd_open(child)
        while ended not in (ready := select.select([ended, *self._carried], [], [])[0]):
            for end in ready:
                self._pass_on(end, _CHUNK_BYTES)
        for end in tuple(self._carried):
            self._pass_on(end, _count_waiting(end))

    def _pass_on(self, end: int, most: int) -> None:
        """Carry what is there; without a reader, or at the end, close the child's pipe."""
        chunk = os.read(end, most)
        if not chunk or not _write(self._carried[end], chunk):
            del self._carried[end]
            os.close(end)


def _count_waiting(end: int) -> int:
    return int(struct.unpack("i", fcntl.ioctl(end, termios.FIONREAD, bytes(4)))[0])


def _write(number: int, chunk: bytes) -> bool:
    """Write all the bytes; tell whether somebody reads them."""
    rest = memoryview(chunk)
    while rest:
        select.select([], [number], [])  # the descriptor may be one that does not wait
        try:
            rest = rest[os.write(number, rest) :]
        except BlockingIOError:  # another writer was faster
            continue
        except OSError:
            return False
    return True
