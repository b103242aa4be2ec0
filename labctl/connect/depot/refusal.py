"""Why a document is not read: a person decides then."""

from labctl.core.verdict import Reason


class Refused(Exception):
    """A document is not read; ``words`` are for the jury, ``reason`` is that of the verdict."""

    def __init__(self, words: str, reason: Reason = Reason.PROTOCOL) -> None:
        super().__init__(words)
        self.words = words
        self.reason = reason
