"""CoAP, as far as a sensor needs it: GET, and the answer to it (RFC 7252, 3)."""

PORT = 5683
CONFIRMABLE_GET = bytes((0x41, 0x01))  # version 1, confirmable, a token of one byte; GET
ANSWER, CONTENT, NOT_FOUND = 0x61, 0x45, 0x84  # acknowledgement; 2.05, 4.04
URI_PATH, PAYLOAD = 0xB0, b"\xff"
TOKEN = b"\x2a"


def make_get(path: str, number: int) -> bytes:
    """Return a request for a path of one short part; ``number`` tells it from the others."""
    name = path.encode()
    return (
        CONFIRMABLE_GET + number.to_bytes(2, "big") + TOKEN + bytes((URI_PATH | len(name),)) + name
    )


def read_answer(message: bytes, number: int) -> str | None:
    """Return the text of an answer to that request, empty for « not found »; None for no answer."""
    head = bytes((ANSWER,)), number.to_bytes(2, "big") + TOKEN
    if (message[:1], message[2:5]) != head or message[1] not in (CONTENT, NOT_FOUND):
        return None
    return message[5:].partition(PAYLOAD)[2].decode("utf-8", "replace")
