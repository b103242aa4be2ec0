"""The witness of the backup on a Windows workstation, and the copy a restoration made of it."""

from dataclasses import dataclass
from datetime import datetime

from checks.backup.demand import Backup
from labctl.api import (
    Answer,
    NodeName,
    Plan,
    Reading,
    ask_cim,
    ask_part,
    attempt,
    fact,
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


@fact(RestoredWitness, kind="windows")
def from_windows(plan: Plan, at: NodeName) -> Reading[RestoredWitness]:
    """Read each file by its whole name: any other condition reads the whole disk.

    Microsoft, "CIM_DataFile class" and "Get-FileHash".
    """
    backup = plan.demand(Backup)
    paths = (backup.original, backup.restored)
    names = ("Name", "FileSize", "LastModified", "CreationDate")
    listed = ", ".join(f"'{path}'" for path in (one.replace("'", "''") for one in paths if one))
    *files, script = yield from attempt(
        *(ask_cim(at, "CIM_DataFile", *names, where=f"Name='{_quoted(path)}'") for path in paths),
        ask_part(at, "hashes", SCRIPT % (listed or "@()"), "Get-FileHash"),
    )
    for answer in files:
        refuse_trouble(answer)
    told = read_told(script, "hashes")
    hashes = {
        text_of(one, "path").casefold(): text_of(one, "sha256").casefold()
        for one in told.instances()
    }
    original, restored = (
        _file(answer, hashes.get(path.casefold(), ""))
        for answer, path in zip(files, paths, strict=True)
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
