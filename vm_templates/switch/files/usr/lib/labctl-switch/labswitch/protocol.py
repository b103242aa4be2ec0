"""What the terminal and the switch say to each other: one JSON object a line."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LINE_CAP = 65_536
"""Most bytes of one message of a terminal."""


class Expect(StrEnum):
    """What the switch waits for next."""

    COMMAND = "command"
    TEXT = "text"
    ANSWER = "answer"
    SECRET = "secret"  # noqa: S105 - the kind of input, not a secret
    KEY = "key"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a terminal; ``filter`` is (include, PATTERN): the terminal applies it.

    ``is_refused`` tells that the command was not understood or could not be done.
    """

    output: str = ""
    prompt: str = ""
    expect: Expect = Expect.COMMAND
    filter: tuple[str, str] | None = None
    length: int = 24
    timeout_s: int = 0
    is_refused: bool = False


def encode(message: dict[str, Any]) -> bytes:
    """Return a message as one line."""
    return json.dumps(message).encode() + b"\n"


def encode_reply(reply: Reply) -> bytes:
    """Return a reply as one line."""
    return encode(asdict(reply))


def decode_reply(line: bytes) -> Reply:
    """Return the reply that a line is."""
    document = json.loads(line)
    chosen = document.pop("filter")
    return Reply(
        **{**document, "expect": Expect(document["expect"])},
        filter=tuple(chosen) if chosen else None,
    )
