"""The witness of the backup on a Windows workstation, and the copy a restoration made of it."""

from dataclasses import dataclass
from datetime import datetime

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.windows.asking import ask_cim
from labctl.probes.windows.reading import moment_of, number_of, read_instances


@dataclass(frozen=True, slots=True)
class WitnessFile:
    """A file: its size, when its content was written, and when this copy appeared here."""

    size: int
    modified: datetime
    created: datetime


@dataclass(frozen=True, slots=True)
class RestoredWitness:
    """The witness and its restored copy; None: there is no such file."""

    original: WitnessFile | None
    restored: WitnessFile | None


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for each file by its whole name: any other condition reads the whole disk."""
    backup = plan.windows.use.backup
    names = ("Name", "FileSize", "LastModified", "CreationDate")
    return tuple(
        ask_cim(plan, "CIM_DataFile", *names, where=f"Name='{_quoted(path)}'")
        for path in (backup.original, backup.restored)
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> RestoredWitness:
    """Read the files that are there."""
    original, restored = map(_file, answers)
    return RestoredWitness(original, restored)


def _file(answer: Answer) -> WitnessFile | None:
    instance = next(iter(read_instances(answer)), None)
    if instance is None:
        return None
    return WitnessFile(
        number_of(instance, "FileSize"),
        moment_of(instance, "LastModified"),
        moment_of(instance, "CreationDate"),
    )


def _quoted(path: str) -> str:
    return path.replace("\\", "\\\\").replace("'", "\\'")


PROBE = Probe(RestoredWitness, ask, parse)
