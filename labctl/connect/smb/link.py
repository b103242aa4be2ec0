"""The transport that smbprotocol talks through: our guarded socket, with a cap on each message."""

import struct
import threading

from labctl.connect.guard import GuardedSocket

MESSAGE_CAP_BYTES = 1 << 20


class Link:
    """Messages over direct TCP (MS-SMB2 2.1), as the library's own transport offers them."""

    def __init__(self, guard: GuardedSocket) -> None:
        self._guard = guard
        self._sending = threading.Lock()
        self.connected = True

    def connect(self) -> None:
        """Do nothing: the socket came connected, from the right place."""

    def close(self) -> None:
        """Cut the connection; who waits in ``recv`` gets nothing."""
        self.connected = False
        self._guard.close()

    def send(self, message: bytes) -> None:
        """Send one message."""
        with self._sending:
            self._guard.sendall(struct.pack(">I", len(message)) + message)

    def recv(self, _timeout: float) -> bytes:
        """Return the next message, nothing once the connection is over; the guard keeps time."""
        head = self._read(4)
        size = int.from_bytes(head, "big")
        if size > MESSAGE_CAP_BYTES:
            raise ValueError(f"message of {size} bytes")
        return self._read(size) if head else b""

    def _read(self, size: int) -> bytes:
        content = bytearray()
        while len(content) < size:
            chunk = self._guard.recv(size - len(content))
            if not chunk:
                self.close()
                return b""
            content += chunk
        return bytes(content)
