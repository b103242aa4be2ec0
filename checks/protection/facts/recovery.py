"""Recovery keys that the directory holds, by computer; never the passwords themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.directory.facts.entries import Entry
from checks.directory.facts.probes import ask_objects, read_objects
from labctl.api import Answer, Plan, Probe, parent


@dataclass(frozen=True, slots=True)
class RecoveryKeys:
    """How many volumes of each computer have a recovery key; names in upper case."""

    volumes: dict[str, int]


def read_keys(plan: Plan, answers: tuple[Answer, ...]) -> RecoveryKeys:
    """Count the volumes that have one (Microsoft, [MS-ADSC], class ms-FVE-RecoveryInformation).

    Such an object is a child of its computer's, and names its volume; one that does not is a volume
    of its own. The attribute of the password is not asked for.
    """
    entries = read_objects(plan, answers[0])
    computers = {one.key: one.text("sAMAccountName") for one in entries if one.is_a("computer")}
    volumes: dict[str, set[str]] = {}
    for entry in _list_keys(entries):
        name = computers.get(parent(entry.dn).lower(), "").removesuffix("$").upper()
        volumes.setdefault(name, set()).add(entry.text("msFVE-VolumeGuid") or entry.key)
    return RecoveryKeys({name: len(found) for name, found in volumes.items() if name})


def _list_keys(entries: Iterable[Entry]) -> Iterable[Entry]:
    return (entry for entry in entries if entry.is_a("msFVE-RecoveryInformation"))


KEYS = Probe(RecoveryKeys, ask_objects, read_keys)
