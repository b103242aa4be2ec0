"""What the disc of a Windows master holds: a pure function of a plan and of the ISO it is for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core import paths
from labctl.core.secrets import Secret
from labctl.plan.model import Plan
from labctl.plan.windows import WindowsVolume
from labctl.plan.windows_build import LANGUAGES
from labctl.providers.windows.answers import check, render

TEMPLATES = ("windows-11", "windows-server")
LABEL = "LABCTL"
_LOCALES = {lcid: name for name, lcid in LANGUAGES.items()}
EFI_MIB, MSR_MIB, MARGIN_MIB = 260, 16, 8
"""Partitions that Windows wants before its own, and what alignment may take."""

_RUN = (
    "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command"
    " \"$d = (Get-Volume -FileSystemLabel {label}).DriveLetter; & ($d + ':\\{script}')\""
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one template is installed; ``setup_key`` is the public one Microsoft gives to set up.

    Setup keys choose the edition and activate nothing: see README.md of the templates.
    """

    template: str
    edition: str  # EDITIONID in the image: Professional, ServerStandard
    build_min: int
    setup_key: str
    virtio_folder: str
    disk_gib: int
    memory_mib: int


RECIPES: Mapping[str, Recipe] = {
    "windows-11": Recipe(
        *("windows-11", "Professional", 26100, "W269N-WFGWX-YVC9B-4J6C9-T83GX", "w11", 96, 4096)
    ),
    "windows-server": Recipe(
        *("windows-server", "ServerStandard", 26100, "TVRH6-WHNXV-R9WG3-9XRFY-MY832", "2k25"),
        *(64, 4096),
    ),
}


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
    values = _values(plan, recipe, image, setup_password)
    sealing = values | {"first_logon": _RUN.format(label=LABEL, script="seal-master.ps1")}
    living = values | {"first_logon": _RUN.format(label=LABEL, script="first-logon.ps1")}
    stamp = {
        "Version": plan.windows.system.master,
        "Template": recipe.template,
        "IsoSha256": image.iso_sha256,
    }
    return {
        "autounattend.xml": _answers(recipe, "autounattend.xml", sealing),
        "unattend.xml": _answers(recipe, "unattend.xml", living),
        "labctl.json": (json.dumps(stamp, indent=1) + "\n").encode(),
        "seal-master.ps1": _read("windows", "seal-master.ps1"),
    }


def locale_of(plan: Plan) -> str:
    """Return the language of the workstation: fr-FR."""
    return _LOCALES[plan.windows.system.language]


def _answers(recipe: Recipe, name: str, values: Mapping[str, str]) -> bytes:
    template = paths.find_content("vm_templates", recipe.template, name)
    text = render(template, values)
    check(text, str(template))
    return text.encode()


def _read(*names: str) -> bytes:
    return Path(paths.find_content("vm_templates", *names)).read_bytes()


def _values(plan: Plan, recipe: Recipe, image: Image, password: Secret) -> dict[str, str]:
    system = plan.windows.system
    volumes = {volume.letter: volume for volume in plan.windows.disk.volumes}
    data_mib = volumes["D:"].size_gib * 1024
    return {
        "language": locale_of(plan),
        "keyboard": f"{system.language:04x}:{system.keyboard}",
        "time_zone": system.timezone,
        "computer_name": _name(plan, recipe),
        "organization": plan.company,
        "image_index": str(image.index),
        "setup_key": recipe.setup_key,
        "virtio_folder": recipe.virtio_folder,
        "efi_mib": str(EFI_MIB),
        "msr_mib": str(MSR_MIB),
        "system_mib": str(_system_mib(recipe, volumes["D:"])),
        "data_mib": str(data_mib),
        "system_label": volumes["C:"].label,
        "data_label": volumes["D:"].label,
        "audit_account": plan.management.account,
        "setup_password": password.reveal(),
    }


def _name(plan: Plan, recipe: Recipe) -> str:
    node = plan.directory.node if recipe.template == "windows-server" else plan.workstation.node
    return plan.nodes[node].hostname


def _system_mib(recipe: Recipe, data: WindowsVolume) -> int:
    return recipe.disk_gib * 1024 - data.size_gib * 1024 - EFI_MIB - MSR_MIB - MARGIN_MIB
