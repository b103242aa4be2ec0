"""The disk is cut the way the subject asks."""

from collections.abc import Iterator

from checks.installation.machines import workstations
from checks.storage.facts import BootDisk, DriveHealth, Volume, Volumes
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Plan,
    WindowsVolume,
    _,
    about,
    check,
    require,
    tenths,
    truth,
)

GIB = 1024**3
HEALTHY = 0


@check("K-005", needs=BootDisk, each=workstations, face="windows")
def check_partition_table(plan: Plan, disk: BootDisk) -> Match:
    """La table de partitions est celle demandée."""
    names = {True: "GPT", False: "MBR"}
    wanted, found = names[plan.windows.disk.is_gpt], names[disk.is_gpt]
    return require([Expectation(_("table de partitions"), wanted, found)])


@check("K-006", needs=Volumes, each=workstations, face="windows")
def check_volumes(plan: Plan, volumes: Volumes) -> Match:
    """Les volumes ont la lettre, le nom, le système de fichiers et la taille demandés."""
    found = {volume.letter: volume for volume in volumes.volumes}
    asked = plan.windows.disk.volumes
    return require(point for one in asked for point in _compare(one, found.get(one.letter)))


def _compare(asked: WindowsVolume, found: Volume | None) -> Iterator[Expectation]:
    names = {"letter": asked.letter}
    is_format_given = asked.letter == "C:"  # any Windows has it: alone it earns nothing
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
        yield _size(asked, found)


def _size(asked: WindowsVolume, found: Volume | None) -> Expectation:
    wanted, size_bytes = asked.size_gib * GIB, found.size_bytes if found else 0
    problem = _("%(letter)s n'existe pas")
    if found:
        problem = _("%(letter)s fait %(found)s Gio au lieu de %(wanted)d Gio à %(percent)d %% près")
    values = {
        "letter": asked.letter,
        "found": tenths(size_bytes / GIB),
        "wanted": asked.size_gib,
        "percent": asked.tolerance_pct,
    }
    return truth(
        _("volume %(letter)s de la taille demandée") % values,
        problem % values,
        holds=abs(size_bytes - wanted) * 100 <= wanted * asked.tolerance_pct,
    )


@check("K-024", needs=DriveHealth, after=("K-021",), each=workstations, face="windows")
def check_drive_health(plan: Plan, health: DriveHealth) -> Match:  # noqa: ARG001  # shape of a check
    """Les disques se disent en bonne santé."""
    sick = [drive for drive in health.drives if drive.health != HEALTHY]
    expected = _("état de santé 0 pour chaque disque")
    found = ", ".join(about(drive.name, drive.health) for drive in health.drives)
    if sick:
        names = ", ".join(drive.name for drive in sick)
        raise Mismatch(
            _("en mauvaise santé : %(names)s") % {"names": names}, expected=expected, found=found
        )
    return Match(expected, found)
