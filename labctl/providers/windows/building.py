"""Make what a centre needs to install a Windows master: the disc of answers and the machine."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from labctl.core import paths
from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.core.secrets import Secret
from labctl.core.store import write_bytes
from labctl.plan.model import Plan
from labctl.providers.windows import iso as iso_file
from labctl.providers.windows import machine
from labctl.providers.windows.master import LABEL, RECIPES, Image, locale_of, master_files

_ALPHABET = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 24
_WRITE_S = 60.0


@dataclass(frozen=True, slots=True)
class Kit:
    """What was made, and the edition it installs."""

    folder: Path
    answers: Path
    domain: Path
    disk: Path
    disk_gib: int
    image: Image


def build_kit(
    plan: Plan, template: str, install: Path, drivers: Path | None, report: Report
) -> Kit:
    """Check an ISO and write the disc and the domain of the machine its master is made on."""
    recipe, deadline = RECIPES[template], Deadline.after(1800.0)
    folder = paths.cache_dir() / "windows" / template
    report(_("lecture de %(path)s") % {"path": install})
    iso = iso_file.inspect(install.absolute(), folder, deadline)
    build_min = max(recipe.build_min, plan.windows.system.build_min)
    chosen = iso_file.choose(iso, recipe.edition, locale_of(plan), build_min)
    image = Image(chosen.index, chosen.edition, chosen.language, chosen.build, iso.sha256)
    report(_("disque des réponses"))
    answers = folder / "answers.iso"
    write_disc(answers, master_files(plan, recipe, image, _draw_password()), deadline)
    disk = folder / "master.qcow2"
    parts = machine.MasterParts(disk, iso.path, answers, drivers and drivers.absolute())
    domain = folder / "master.xml"
    write_bytes(domain, machine.render(f"labctl-master-{template}", recipe, parts).encode())
    return Kit(folder, answers, domain, disk, recipe.disk_gib, image)


def write_disc(path: Path, files: Mapping[str, bytes], deadline: Deadline) -> None:
    """Write an ISO 9660 disc with long names, read by its owner alone, in one step."""
    with TemporaryDirectory(prefix="labctl-") as folder:
        root, made = Path(folder) / "root", Path(folder) / "disc.iso"
        root.mkdir()
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        argv = ("xorriso", "-as", "mkisofs", "-quiet", "-J", "-r", "-V", LABEL)
        try:
            run((*argv, "-o", str(made), str(root)), deadline.within(_WRITE_S))
        except CommandError as exc:
            raise ProviderError(
                _("le disque des réponses ne peut être écrit"), hint=exc.message
            ) from exc
        write_bytes(path, made.read_bytes())


def _draw_password() -> Secret:
    """Return a password that serves once: the first logon of each machine replaces it."""
    drawn = "".join(secrets.choice(_ALPHABET) for _rank in range(_PASSWORD_LENGTH - 3))
    return Secret(f"{drawn}aB3")  # what Windows asks of a password, whatever was drawn
