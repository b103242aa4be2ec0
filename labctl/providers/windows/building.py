"""Make what a centre needs to install a Windows master: the disc of answers and the machine."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _
from labctl.core.secrets import Secret
from labctl.core.store import make_folder, remove, write_bytes
from labctl.plan.kinds import find_answers
from labctl.plan.model import Plan
from labctl.providers.windows.iso import Iso, choose
from labctl.providers.windows.machine import MasterParts, render
from labctl.providers.windows.master import (
    LABEL,
    Image,
    Recipe,
    find_recipe,
    master_files,
)

_ALPHABET = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 24
_WRITE_S = 60.0


@dataclass(frozen=True, slots=True)
class Kit:
    """What one variant's master is made from, and the edition it installs."""

    variant: str
    recipe: Recipe
    image: Image
    parts: MasterParts
    domain: Path

    @property
    def name(self) -> str:
        """Return the name of the machine."""
        return f"labctl-master-{self.recipe.template}-{self.variant.lower()}"

    def document(self) -> dict[str, object]:
        """Return what ``--json`` prints of it."""
        return {
            "variant": self.variant,
            "edition": self.image.edition,
            "language": self.image.language,
            "build": self.image.build,
            "iso_sha256": self.image.iso_sha256,
            "answers": str(self.parts.answers),
            "domain": str(self.domain),
            "disk": str(self.parts.disk),
            "disk_gib": self.recipe.master.disk_gib,
        }

    def say(self) -> str:
        """Return what was made, and what to type on the host to make the master."""
        found = _("variante %(variant)s : %(edition)s %(language)s %(build)d, ISO %(digest)s")
        values = {"variant": self.variant, "edition": self.image.edition}
        values |= {"language": self.image.language, "digest": self.image.iso_sha256}
        return "\n".join(
            (
                found % {**values, "build": self.image.build},
                f"  qemu-img create -f qcow2 {self.parts.disk} {self.recipe.master.disk_gib}G",
                f"  virsh define {self.domain}",
                f"  virsh start {self.name}",
            )
        )


def plan_kit(plan: Plan, template: str, iso: Iso, folder: Path, drivers: Path | None) -> Kit:
    """Choose the edition a master is made from; ProviderError when the ISO lacks it."""
    recipe = find_recipe(template)
    answers = find_answers(plan, template)
    build_min = max(recipe.master.build_min, int(answers.get("build_min", "0")))
    chosen = choose(iso, recipe.master.edition, answers.get("language", ""), build_min)
    image = Image(chosen.index, chosen.edition, chosen.language, chosen.build, iso.sha256)
    parts = MasterParts(folder / "master.qcow2", iso.path, folder / "answers.iso", drivers)
    return Kit(plan.variant, recipe, image, parts, folder / "master.xml")


def write_kit(kit: Kit, plan: Plan, deadline: Deadline) -> None:
    """Write the disc of answers and the domain of the machine."""
    files = master_files(plan, kit.recipe, kit.image, _draw_password())
    write_disc(kit.parts.answers, files, deadline)
    write_bytes(kit.domain, render(kit.name, kit.recipe, kit.parts).encode())


def write_disc(path: Path, files: Mapping[str, bytes], deadline: Deadline) -> None:
    """Write an ISO 9660 disc with long names, read by its owner alone, in one step.

    Its files hold secrets: a kill leaves them beside the disc, where they go with it.
    """
    folder = path.with_name(f".{path.name}.making")
    root, made = folder / "root", folder / "disc.iso"
    remove(folder)
    try:
        make_folder(folder, mode=0o700)
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
    finally:
        remove(folder)


def _draw_password() -> Secret:
    """Return a password that serves once: the first logon of each machine replaces it."""
    drawn = "".join(secrets.choice(_ALPHABET) for _rank in range(_PASSWORD_LENGTH - 3))
    return Secret(f"{drawn}aB3")  # what Windows asks of a password, whatever was drawn
