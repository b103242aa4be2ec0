"""A machine with UEFI and a TPM, as a Windows has: what it keeps beside its disks is sealed too."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.ids import BenchId, NodeName
from labctl.core.wait import until
from labctl.providers.libvirt import closing, driver, firmware, hostnet
from labctl.providers.libvirt.driver import Host
from labctl.providers.namespaces.bench import Bench

INSTANCE, NAME = "0c0c0c0c", "labctl-0c0c0c0c-05-poste"
UUID = "0c0c0c0c-0000-4000-8000-000000000005"
POSTE = NodeName("poste")
XML = f"""\
<domain type="qemu"><name>{NAME}</name><uuid>{UUID}</uuid>
<metadata><l:owner xmlns:l="urn:labctl:bench:1"
 instance="{INSTANCE}" bench="5" node="poste"/></metadata>
<memory unit="MiB">128</memory>
<os firmware="efi"><type arch="x86_64" machine="q35">hvm</type>
<firmware><feature enabled="no" name="secure-boot"/></firmware></os>
<features><acpi/></features>
<devices>
<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>
<memballoon model="none"/>
</devices></domain>
"""
EMPTY_VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")


@pytest.fixture
def host(uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    with driver.open_host(uri, Deadline.after(300)) as opened:
        yield opened
        for each in opened.list_domains(INSTANCE):
            opened.remove(each.name)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def test_variables_and_tpm_are_kept_at_closing_and_put_back_for_the_jury(
    host: Host, uri: str
) -> None:
    root = hostnet.root_of(hostnet.find_place(uri))
    host.start(XML)
    (domain,) = host.list_domains(INSTANCE)
    (variables, _name), (tpm, _tpm_name) = firmware.list_places(domain.xml, root)

    def has_written() -> bool:  # the firmware notes its boot options at the first boot
        return digest(variables) not in ("", digest(EMPTY_VARIABLES)) and any(
            tpm.rglob("*.permall")
        )

    assert until(has_written, Deadline.after(200), every_s=0.5)
    bench = Bench(BenchId(5))
    folder = bench.node_folder(POSTE)
    folder.mkdir(parents=True)

    closing.end(host, bench, root, Deadline.after(60), domain)

    assert host.list_domains(INSTANCE) == ()
    assert not variables.exists()
    assert not tpm.exists()
    kept = digest(folder / firmware.NVRAM)
    assert kept not in ("", digest(EMPTY_VARIABLES))
    states = {path.name: digest(path) for path in (folder / firmware.TPM).rglob("*.permall")}
    assert states

    xml = (folder / closing.DEFINITION).read_text()
    firmware.give_back(xml, root, folder, Deadline.after(60))

    assert digest(variables) == kept
    assert {path.name: digest(path) for path in tpm.rglob("*.permall")} == states
    host.start(xml)  # libvirt takes them as they are
    assert host.list_domains(INSTANCE)[0].is_running
    host.remove(NAME)
    assert digest(folder / firmware.NVRAM) == kept
    assert not tpm.exists()
