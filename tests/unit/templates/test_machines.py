"""Printer, workstation and router: what is theirs from the factory."""

import sys
from pathlib import Path

import pytest

from tests.plans import ROOT, plan_of
from tests.unit.templates.programs import load, spec_of

ROUTER = ROOT / "vm_templates/router/files"


@pytest.fixture(autouse=True)
def _networked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the programs what the layer below theirs has."""
    monkeypatch.syspath_prepend(str(ROOT / "vm_templates/networked/files/usr/lib/labctl"))


def test_the_printer_has_the_queue_of_the_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    printer, _ran = load(monkeypatch, "printer", "printer", spec_of(plan_of(1), "imprimante"))

    assert printer.printers_conf().startswith("<DefaultPrinter IMP-ARU-01>\n")


@pytest.mark.parametrize(
    ("text", "member"),
    [
        ("[global]\n security = ADS\n", True),
        ("[global]\n\tsecurity=ads\n", True),
        ("[global]\n# security = ads\n", False),
        ("[global]\n server role = standalone server\n", False),
    ],
)
def test_domain_accounts_are_served_where_they_are_configured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, member: bool
) -> None:
    spec = spec_of(plan_of(1), "poste")
    station, _ran = load(monkeypatch, "workstation-linux", "workstation", spec)
    (tmp_path / "smb.conf").write_text(text)
    monkeypatch.setattr(station, "SMB_CONF", str(tmp_path / "smb.conf"))

    assert station.is_member() is member


def test_the_workstation_is_delivered_with_its_factory_name() -> None:
    assert spec_of(plan_of(1), "poste")["hostname"] == "poste"


def test_the_factory_admin_page_is_open_to_all_in_clear() -> None:
    text = (ROUTER / "etc/lighttpd/lighttpd.conf").read_text()

    assert "server.port = 80" in text
    assert "server.bind" not in text
    assert "ssl.engine" not in text


@pytest.mark.parametrize(
    ("files", "is_configured"),
    [
        ({"dnsmasq.conf": "# rien\n\n"}, False),
        ({"dnsmasq.conf": "# rien\ndhcp-range=10.0.0.1,10.0.0.9\n"}, True),
        ({"dnsmasq.conf": "", "dnsmasq.d/a.conf": ""}, True),
        ({}, False),
    ],
)
def test_dnsmasq_starts_with_the_machine_wherever_it_is_configured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, str], is_configured: bool
) -> None:
    router, _ran = load(monkeypatch, "router", "router", spec_of(plan_of(1), "routeur"))
    monkeypatch.setattr(router, "DNSMASQ", str(tmp_path / "dnsmasq.conf"))
    monkeypatch.setattr(router, "DNSMASQ_FILES", str(tmp_path / "dnsmasq.d/*.conf"))
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    assert router.is_dnsmasq_configured() is is_configured


def test_what_is_enabled_starts_and_what_is_masked_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load(monkeypatch, "workstation-linux", "workstation", spec_of(plan_of(1), "poste"))
    services = sys.modules["services"]
    monkeypatch.setattr(services, "_UNITS", str(tmp_path))
    for name in ("on", "masked"):
        link = tmp_path / "multi-user.target.wants" / f"{name}.service"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(f"/usr/lib/systemd/system/{name}.service")
    (tmp_path / "masked.service").symlink_to("/dev/null")

    assert [services.is_enabled(name) for name in ("on", "masked", "off")] == [True, False, False]
