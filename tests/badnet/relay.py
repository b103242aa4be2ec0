"""A bad line between the jury's vantage and a bench: frames are late, and some are lost.

``python -m tests.badnet.relay PID LOSS DELAY_MS SEED [ADDRESS=SICKNESS …]`` puts two TAP interfaces
in the vantage's namespace (the kernel has no netem): one takes over its address, the other is a
port of its bridge, and this process carries the frames between them. A loss of 1 is a black hole;
a machine may have a sickness of its own: ``hole``, ``drip`` (one frame at a time, slowly) or
``flap`` (there and gone by turns). When it ends, the interfaces go with it; ``restore`` gives the
address back to the bridge.
"""

import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping

from labctl.connect.vantage import enter, identify

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
BRIDGE, NEAR, FAR = "mgmt0", "bad0", "bad1"
FRAME_BYTES = 65_535
DRIP_S = 0.5
FLAP_UP_S, FLAP_DOWN_S = 2.0, 3.0
IPV4 = b"\x08\x00"


def main(pid: str, loss: str, delay_ms: str, seed: str, *sick: str) -> None:
    """Lay the line, say so, and carry frames until killed or standard input ends."""
    enter(identify(int(pid)))
    sicknesses = {
        socket.inet_aton(a): kind for a, _is, kind in (one.partition("=") for one in sick)
    }
    dice = random.Random(seed)  # noqa: S311  # frames
    line = BadLine(float(loss), float(delay_ms) / 1000, dice, sicknesses)
    near, far = _open_tap(NEAR), _open_tap(FAR)
    _move_address()
    print("laid", flush=True)  # noqa: T201  # whoever started it waits for this word
    carry(line, near, far)


class BadLine:
    """Decides what becomes of each frame; one seed, one story."""

    def __init__(
        self,
        loss: float,
        delay_s: float,
        dice: random.Random,
        sick: Mapping[bytes, str] | None = None,
    ) -> None:
        self._loss = loss
        self._delay_s = delay_s
        self._dice = dice
        self._sick = sick or {}
        self._free_at: dict[bytes, float] = {}
        self._late: list[tuple[float, int, int, bytes]] = []
        self._count = 0

    def take(self, frame: bytes, out: int, now: float) -> None:
        """Take a frame that must go out through a descriptor, or lose it."""
        late_s = self._lateness(frame, now)
        if late_s is not None and self._dice.random() >= self._loss:
            self._count += 1
            heapq.heappush(self._late, (now + late_s, self._count, out, frame))

    def _lateness(self, frame: bytes, now: float) -> float | None:
        """Return how late a frame will be, None when its machine is not to be reached."""
        ends = (frame[26:30], frame[30:34]) if frame[12:14] == IPV4 else ()
        machine = next((end for end in ends if end in self._sick), b"")
        sickness = self._sick.get(machine, "")
        if sickness == "hole":
            return None
        if sickness == "flap" and now % (FLAP_UP_S + FLAP_DOWN_S) >= FLAP_UP_S:
            return None
        if sickness == "drip":
            self._free_at[machine] = max(self._free_at.get(machine, now), now) + DRIP_S
            return self._free_at[machine] - now
        return self._delay_s

    def due(self, now: float) -> list[tuple[int, bytes]]:
        """Return the frames whose time has come."""
        found = []
        while self._late and self._late[0][0] <= now:
            _when, _count, out, frame = heapq.heappop(self._late)
            found.append((out, frame))
        return found

    def next_s(self, now: float) -> float:
        """Return how long nothing will be due."""
        return max(0.0, self._late[0][0] - now) if self._late else 1.0


def carry(line: BadLine, near: int, far: int) -> None:
    """Carry frames both ways."""
    other = {near: far, far: near}
    while True:
        ready, _write, _error = select.select((near, far, 0), (), (), line.next_s(time.monotonic()))
        if 0 in ready and not os.read(0, 1):
            return
        for source in set(ready) & set(other):
            line.take(os.read(source, FRAME_BYTES), other[source], time.monotonic())
        for out, frame in line.due(time.monotonic()):
            os.write(out, frame)


def _open_tap(name: str) -> int:
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def _move_address() -> None:
    """Give the bridge's address to the near end, which is on the other side of the line."""
    address = _ip("-4", "-o", "addr", "show", "dev", BRIDGE).split()[3]
    _ip("link", "set", FAR, "master", BRIDGE, "up")
    _ip("addr", "del", address, "dev", BRIDGE)
    _ip("addr", "add", address, "dev", NEAR)
    _ip("link", "set", NEAR, "up")


def restore(pid: int, address: str) -> None:
    """Give the address back to the bridge, the relay gone."""
    argv = ("nsenter", f"--net=/proc/{pid}/ns/net", "ip", "addr", "add", address, "dev", BRIDGE)
    subprocess.run(argv, check=True, timeout=10)  # noqa: TID251  # a test is outside the product


def _ip(*words: str) -> str:
    done = subprocess.run(  # noqa: TID251  # a test is outside the product
        ("ip", *words), check=True, capture_output=True, text=True, timeout=10
    )
    return done.stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
