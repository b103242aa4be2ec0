"""The disk is cut the way the subject asks."""

from collections.abc import Iterator

from checks.storage.demand import SYSTEM, Storage
from checks.storage.demand import Volume as AskedVolume
from checks.storage.facts import BootDisk, DriveHealth, Volume, Volumes
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Undecided,
    _,
    about,
    check,
    require,
    tenths,
    truth,
)

GIB = 1024**3
HEALTHY, SICK = 0, frozenset({1, 2})
"""HealthStatus: healthy; warning, unhealthy. Any other, such as 5, is not known (Microsoft,
"MSFT_PhysicalDisk class")."""


@check("K-005", asks=Storage, needs=BootDisk, each="on", face="windows")
def check_partition_table(asked: Storage, disk: BootDisk) -> Match:
    """La table de partitions est celle demandée."""
    names = {True: "GPT", False: "MBR"}
    wanted, found = names[asked.is_gpt], names[disk.is_gpt]
    return require([Expectation(_("table de partitions"), wanted, found)])


@check("K-006", asks=Storage, needs=Volumes, each="on", face="windows")
def check_volumes(asked: Storage, volumes: Volumes) -> Match:
    """Les volumes ont la lettre, le nom, le système de fichiers et la taille demandés."""
    found = {volume.letter: volume for volume in volumes.volumes}
    wanted = {f"{letter}:": volume for letter, volume in asked.volumes.items()}
    closed = [letter for letter in wanted if letter in found and _is_closed(found[letter])]
    points = [
        point
        for letter, volume in wanted.items()
        if letter not in closed
        for point in _compare(letter, volume, found.get(letter))
    ]
    if not closed:
        return require(points)
    if points:
        require(points)
    raise Undecided(
        _("%(letters)s : verrouillé (BitLocker) ou non formaté, à voir sur le poste")
        % {"letters": ", ".join(closed)}
    )


def _is_closed(volume: Volume) -> bool:
    """Tell whether a volume shows nothing of itself: locked by BitLocker, or not formatted."""
    return not volume.fs and not volume.size_bytes


def _compare(letter: str, asked: AskedVolume, found: Volume | None) -> Iterator[Expectation]:
    names = {"letter": letter}
    is_format_given = letter == f"{SYSTEM}:"  # any Windows has it: alone it earns nothing
    yield Expectation(
        _("volume %(letter)s, système de fichiers") % names,
        asked.fs.upper(),
        found.fs if found else "",
        earns=not is_format_given,
    )
    yield Expectation(
        _("volume %(letter)s, nom") % names, asked.label, found.label if found else ""
    )
    if asked.size_gib:
        yield _size(letter, asked.size_gib, asked.tolerance_pct, found)


def _size(letter: str, size_gib: int, tolerance_pct: int, found: Volume | None) -> Expectation:
    wanted, size_bytes = size_gib * GIB, found.size_bytes if found else 0
    problem = _("%(letter)s n'existe pas")
    if found:
        problem = _("%(letter)s fait %(found)s Gio au lieu de %(wanted)d Gio à %(percent)d %% près")
    values = {
        "letter": letter,
        "found": tenths(size_bytes / GIB),
        "wanted": size_gib,
        "percent": tolerance_pct,
    }
    return truth(
        _("volume %(letter)s de la taille demandée") % values,
        problem % values,
        holds=abs(size_bytes - wanted) * 100 <= wanted * tolerance_pct,
    )


@check("K-024", asks=Storage, needs=DriveHealth, after=("K-021",), each="on", face="windows")
def check_drive_health(_asked: Storage, health: DriveHealth) -> Match:
    """Les disques se disent en bonne santé."""
    sick = [drive for drive in health.drives if drive.health in SICK]
    unknown = [drive for drive in health.drives if drive.health not in {HEALTHY, *SICK}]
    expected = _("état de santé 0 pour chaque disque")
    found = ", ".join(about(drive.name, drive.health) for drive in health.drives)
    if sick:
        names = ", ".join(drive.name for drive in sick)
        raise Mismatch(
            _("en mauvaise santé : %(names)s") % {"names": names}, expected=expected, found=found
        )
    if unknown:
        names = ", ".join(drive.name for drive in unknown)
        raise Undecided(
            _("état de santé que Windows ne connaît pas : %(names)s") % {"names": names}
        )
    return Match(expected, found)
