"""The witness of the backup on a Windows workstation, and the copy a restoration made of it."""

from dataclasses import dataclass
from datetime import datetime

from labctl.api import (
    Answer,
    Plan,
    Probe,
    Question,
    ask_cim,
    ask_part,
    moment_of,
    number_of,
    read_instances,
    read_told,
    refuse_trouble,
    text_of,
)

SCRIPT = r"""%s | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object {
@{ path = "$_"; sha256 = (Get-FileHash -LiteralPath $_ -Algorithm SHA256).Hash } }"""


@dataclass(frozen=True, slots=True)
class WitnessFile:
    """A file: its size, when its content was written, when this copy appeared here, its hash."""

    size: int
    modified: datetime
    created: datetime
    sha256: str = ""  # empty: not known


@dataclass(frozen=True, slots=True)
class RestoredWitness:
    """The witness and its restored copy; None: there is no such file.

    ``problem`` says why their hashes are not known.
    """

    original: WitnessFile | None
    restored: WitnessFile | None
    problem: str = ""


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for each file by its whole name: any other condition reads the whole disk."""
    backup = plan.windows.use.backup
    names = ("Name", "FileSize", "LastModified", "CreationDate")
    files = (
        ask_cim(plan.workstation.node, "CIM_DataFile", *names, where=f"Name='{_quoted(path)}'")
        for path in (backup.original, backup.restored)
    )
    paths = (path.replace("'", "''") for path in (backup.original, backup.restored) if path)
    listed = ", ".join(f"'{path}'" for path in paths) or "@()"
    part = ask_part(plan.workstation.node, "hashes", SCRIPT % listed, "Get-FileHash")
    return (*files, part)


def parse(plan: Plan, answers: tuple[Answer, ...]) -> RestoredWitness:
    """Read the files that are there."""
    *files, script = answers
    for answer in files:
        refuse_trouble(answer)
    told = read_told(script, "hashes")
    hashes = {
        text_of(one, "path").casefold(): text_of(one, "sha256").casefold()
        for one in told.instances()
    }
    backup = plan.windows.use.backup
    original, restored = (
        _file(answer, hashes.get(path.casefold(), ""))
        for answer, path in zip(files, (backup.original, backup.restored), strict=True)
    )
    return RestoredWitness(original, restored, told.problem)


def _file(answer: Answer, sha256: str) -> WitnessFile | None:
    instance = next(iter(read_instances(answer)), None)
    if instance is None:
        return None
    return WitnessFile(
        number_of(instance, "FileSize"),
        moment_of(instance, "LastModified"),
        moment_of(instance, "CreationDate"),
        sha256,
    )


def _quoted(path: str) -> str:
    return path.replace("\\", "\\\\").replace("'", "\\'")


PROBE = Probe(RestoredWitness, ask, parse, takes_trouble=True)
