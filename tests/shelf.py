"""A machine with a shelf of documents, in memory."""

import base64
import json
from collections.abc import Sequence

from labctl.core.command import Completed
from labctl.core.deadline import Deadline

NEW = 1_800_000_000
"""When what is put there was written, in seconds since 1970."""


class Machine:
    """A machine whose program answers, or does as ``say`` has it."""

    def __init__(self, files: dict[str, tuple[bytes, int]]) -> None:
        self.files = files
        self.asked: list[tuple[str, ...]] = []
        self.is_closed = False

    def run(self, argv: Sequence[str], _deadline: Deadline, *, stdin: str = "") -> Completed:
        _program, act, *words = argv
        self.asked.append((act, *words))
        return Completed(tuple(argv), 0, getattr(self, f"do_{act}")(*words, stdin), "")

    def do_list(self, _stdin: str) -> str:
        files = self.files.items()
        return json.dumps(
            {"files": [{"name": name, "bytes": len(one), "at": at} for name, (one, at) in files]}
        )

    def do_read(self, *words: str) -> str:
        names, offsets, sizes = words[:-1:3], words[1:-1:3], words[2:-1:3]
        pieces = zip(names, map(int, offsets), map(int, sizes), strict=True)
        return "\n".join(
            base64.b64encode(self.files[name][0][offset : offset + most]).decode()
            for name, offset, most in pieces
        )

    def do_write(self, stdin: str) -> str:
        self.files |= {
            name: (base64.b64decode(one), NEW) for name, one in json.loads(stdin).items()
        }
        return ""

    def close(self) -> None:
        self.is_closed = True
