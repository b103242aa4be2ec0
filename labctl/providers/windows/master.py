"""What the disc of a Windows master holds: a pure function of a plan and of the ISO it is for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.secrets import Secret
from labctl.plan.kinds import find_answers
from labctl.plan.model import Plan
from labctl.providers.windows.answers import check, render
from labctl.spec.kind import Master, list_kinds, load_template

LABEL = "LABCTL"
NAME_LENGTH = 15
"""Longest name of a Windows (Microsoft, "Naming conventions in Active Directory")."""
EFI_MIB, MSR_MIB, MARGIN_MIB = 260, 16, 8
"""Partitions that Windows wants before its own, and what alignment may take."""

_RUN = (
    "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command"
    " \"$d = (Get-Volume -FileSystemLabel {label}).DriveLetter; & ($d + ':\\{script}')\""
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of machine is installed, as its ``kind.yml`` says it."""

    template: str
    master: Master


def find_recipe(name: str) -> Recipe:
    """Return the recipe of a kind; UsageError, with those that have one, when it has none."""
    known = list_recipes()
    if name not in known:
        message = _("« %(name)s » n'est pas installé à partir d'un master") % {"name": name}
        raise UsageError(message, hint=_("connus : %(known)s") % {"known": ", ".join(known)})
    return known[name]


def list_recipes() -> dict[str, Recipe]:
    """Return the recipe of each kind that has one, by its name."""
    masters = {name: load_template(name).kind.master for name in list_kinds()}
    return {name: Recipe(name, master) for name, master in masters.items() if master is not None}


@dataclass(frozen=True, slots=True)
class Image:
    """One edition on an ISO, and the ISO's digest."""

    index: int
    edition: str
    language: str
    build: int
    iso_sha256: str


def master_files(
    plan: Plan, recipe: Recipe, image: Image, setup_password: Secret
) -> dict[str, bytes]:
    """Return the files of the disc, by name; every answer file is checked against our schema."""
    answers = find_answers(plan, recipe.template)
    values = (
        values_of(plan, answers)
        | _values(plan, recipe, image, answers)
        | {
            "setup_password": setup_password.reveal(),
            "first_logon": first_logon("seal-master.ps1"),
        }
    )
    stamp = {
        "Version": answers.get("master", ""),
        "Template": recipe.template,
        "IsoSha256": image.iso_sha256,
    }
    return {
        "autounattend.xml": render_answers(recipe.template, "autounattend.xml", values),
        "labctl.json": (json.dumps(stamp, indent=1) + "\n").encode(),
        "seal-master.ps1": read_script("windows", "seal-master.ps1"),
    }


def values_of(plan: Plan, answers: Mapping[str, str]) -> dict[str, str]:
    """Return what every answer file says: what the kind answers, company, audit account."""
    return {
        **answers,
        "organization": plan.company,
        "audit_account": plan.management.account,
    }


def first_logon(script: str) -> str:
    """Return the command that runs a script of the disc at the first logon."""
    return _RUN.format(label=LABEL, script=script)


def render_answers(template: str, name: str, values: Mapping[str, str]) -> bytes:
    """Return an answer file of a template with its values; SpecError when our schema refuses it."""
    file = paths.find_content("vm_templates", template, name)
    text = render(file, values)
    check(text, str(file))
    return text.encode()


def read_script(template: str, name: str) -> bytes:
    """Return a script of a template."""
    return Path(paths.find_content("vm_templates", template, name)).read_bytes()


def _values(plan: Plan, recipe: Recipe, image: Image, answers: Mapping[str, str]) -> dict[str, str]:
    data_mib = int(answers.get("data_gib", "0")) * 1024
    others_mib = data_mib + EFI_MIB + MSR_MIB + MARGIN_MIB
    return {
        "computer_name": _name(plan, recipe),
        "image_index": str(image.index),
        "setup_key": recipe.master.setup_key,
        "virtio_folder": recipe.master.virtio_folder,
        "efi_mib": str(EFI_MIB),
        "msr_mib": str(MSR_MIB),
        "system_mib": str(recipe.master.disk_gib * 1024 - others_mib),
        "data_mib": str(data_mib),
    }


def _name(plan: Plan, recipe: Recipe) -> str:
    """Return the name of the master: that of the machine that it is for, when the plan has one."""
    named = (node.hostname for node in plan.nodes.values() if node.kind == recipe.template)
    return next(named, recipe.template[:NAME_LENGTH].upper())
