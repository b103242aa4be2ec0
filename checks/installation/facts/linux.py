"""Which system a Linux workstation has."""

import shlex
from dataclasses import dataclass
from posixpath import join, normpath

from checks.installation.demand import Installation
from labctl.api import NodeName, NotUnderstood, Plan, Reading, _, ask, fact, read_file, run_on


@dataclass(frozen=True, slots=True)
class LinuxSystem:
    """System, time zone and data folder; an absent file is an empty string."""

    os_id: str  # ID of /etc/os-release
    os_version: str  # VERSION_ID
    timezone: str  # Pacific/Tahiti, from the target of /etc/localtime
    has_data_dir: bool


ZONES = "/usr/share/zoneinfo/"
"""Where a link must lead to name a zone (localtime(5)): another file of such a name is none."""


@fact(LinuxSystem, kind="linux")
def from_linux(plan: Plan, at: NodeName) -> Reading[LinuxSystem]:
    """Read the files; an absent one is an empty string.

    A zone is that of the link, or that of the file whose copy /etc/localtime is (tzset(3)).
    """
    asked = plan.demand(Installation).linux
    # where nothing is asked, nothing is compared with what these say
    folder_name, zone_name = (asked.data_dir, asked.timezone) if asked else ("/", "Etc/UTC")
    release, zone, folder, copy = yield from ask(
        run_on(at, "/usr/bin/cat", "/etc/os-release"),
        run_on(at, "/usr/bin/readlink", "/etc/localtime"),
        run_on(at, "/usr/bin/test", "-d", folder_name),
        run_on(at, "/usr/bin/cmp", "/etc/localtime", f"{ZONES}{zone_name}"),
    )
    copied = zone_name if copy.exit_code == 0 else ""
    if folder.exit_code not in {0, 1}:
        raise NotUnderstood(
            _("%(what)s : code de sortie %(code)s")
            % {"what": folder.question.text, "code": folder.exit_code}
        )
    system = parse_release(read_file(release))
    return LinuxSystem(
        os_id=system.get("ID", ""),
        os_version=system.get("VERSION_ID", ""),
        timezone=parse_zone(read_file(zone).strip()) or copied,
        has_data_dir=folder.exit_code == 0,
    )


def parse_zone(link: str) -> str:
    """Return the zone that the link /etc/localtime names, empty for none."""
    path = normpath(join("/etc", link))
    return path.removeprefix(ZONES) if path.startswith(ZONES) else ""


def parse_release(text: str) -> dict[str, str]:
    """Return the values of os-release(5)."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            try:
                words = shlex.split(value)
            except ValueError:
                continue  # an open quote: that line says nothing
            found[name] = words[0] if words else ""
    return found
