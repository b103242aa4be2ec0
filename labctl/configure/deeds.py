"""What is done on the machines of a bench, as values: the labctl beside a bench takes them too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol, Self

from labctl.configure.files import NothingFound, Original
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, InfrastructureError
from labctl.core.ids import NodeName
from labctl.spec.step import Step


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done on one machine: ``take``, ``read``, ``put_back`` and ``shelve`` make them.

    ``place`` says where that is written, for whoever is told that it failed. Bytes of documents
    are base64 in JSON.
    """

    __pydantic_config__: ClassVar = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    node: NodeName
    place: str
    step: Step | None = None
    original: Original | None = None
    documents: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def take(cls, step: Step, file: str) -> Self:
        """Return that a step of a file is taken."""
        return cls(step.node, f"{file}:{step.line}", step)

    @classmethod
    def read(cls, node: NodeName, path: str) -> Self:
        """Return that a file of a machine is read."""
        return cls(node, path)

    @property
    def reads(self) -> bool:
        """Tell whether it reads a file, and changes nothing."""
        return self.step is None and self.original is None and not self.documents

    @classmethod
    def put_back(cls, node: NodeName, path: str, original: Original) -> Self:
        """Return that a file of a machine is made what it was."""
        return cls(node, path, original=original)

    @classmethod
    def shelve(cls, step: Step, file: str, documents: Mapping[str, bytes]) -> Self:
        """Return that documents are put on the shelf of the bench, over those of their names."""
        return cls(step.node, f"{file}:{step.line}", documents=documents)


class Cause(StrEnum):
    """Why a deed failed, where somebody goes on otherwise for it."""

    NOTHING_FOUND = "nothing-found"
    NOT_CONNECTED = "not-connected"
    OTHER = "other"


_RAISED = {Cause.NOTHING_FOUND: NothingFound, Cause.NOT_CONNECTED: ConnectError}


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deed: the file that it read, or the ``trouble`` that it met."""

    original: Original | None = None
    trouble: str = ""
    hint: str = ""
    cause: Cause = Cause.OTHER

    @classmethod
    def failed(cls, error: InfrastructureError) -> Self:
        """Return that a deed came to nothing."""
        of_kind = (name for name, kind in _RAISED.items() if isinstance(error.__cause__, kind))
        return cls(None, error.message, error.hint, next(of_kind, Cause.OTHER))

    def require(self) -> Original | None:
        """Return the file that was read; InfrastructureError, from its cause, for a trouble."""
        if not self.trouble:
            return self.original
        error = InfrastructureError(self.trouble, hint=self.hint)
        if self.cause in _RAISED:
            raise error from _RAISED[self.cause](self.trouble)
        raise error


class Hands(Protocol):
    """Whatever does deeds on the machines of one bench."""

    deadline: Deadline

    def do(self, deeds: Sequence[Deed]) -> tuple[Original | None, ...]:
        """Do one deed after another; return the files that were read.

        InfrastructureError at the first that fails, from the ConnectError or NothingFound that
        made it fail.
        """
        ...

    def try_all(self, deeds: Sequence[Deed]) -> tuple[str, ...]:
        """Do all of them, also after one that failed; return what is said of those that did."""
        ...
