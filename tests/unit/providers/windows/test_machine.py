"""The machine a Windows master is made on."""

from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest

from labctl.core import command
from labctl.core.deadline import Deadline
from labctl.providers.windows.machine import MasterParts, render
from labctl.providers.windows.master import list_recipes
from tests.golden import assert_golden

RECIPES = list_recipes()
GOLDEN = Path(__file__).resolve().parents[3] / "golden" / "windows"
PARTS = MasterParts(
    disk=Path("/var/cache/labctl/windows/master.qcow2"),
    install=Path("/srv/iso/windows.iso"),
    answers=Path("/var/cache/labctl/windows/answers.iso"),
    drivers=Path("/srv/iso/virtio-win.iso"),
)


@pytest.mark.parametrize("template", RECIPES)
def test_the_domain_is_as_libvirt_spells_it(template: str) -> None:
    text = render(f"labctl-master-{template}", RECIPES[template], PARTS)

    assert_golden(text, GOLDEN / template / "master.xml")


@pytest.mark.skipif(which("virt-xml-validate") is None, reason="make setup-libvirt")
@pytest.mark.parametrize("drivers", [PARTS.drivers, None], ids=["virtio", "sata"])
@pytest.mark.parametrize("template", RECIPES)
def test_libvirts_own_schema_takes_the_domain(
    template: str, drivers: Path | None, tmp_path: Path
) -> None:
    file = tmp_path / "domain.xml"
    parts = replace(PARTS, drivers=drivers)
    file.write_text(render(f"labctl-master-{template}", RECIPES[template], parts))

    command.run(("virt-xml-validate", str(file), "domain"), Deadline.after(30))


def test_without_the_drivers_the_disk_is_one_setup_knows() -> None:
    bare = MasterParts(PARTS.disk, PARTS.install, PARTS.answers, None)

    text = render("m", RECIPES["windows-11"], bare)

    assert 'bus="virtio"' not in text
    assert text.count('device="cdrom"') == 2
