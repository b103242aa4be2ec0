"""The Windows half of a cahier's ``poste`` → how the workstation must be protected and used."""

from labctl.plan.windows_use import (
    Comfort,
    WindowsBackup,
    WindowsPersonal,
    WindowsSecurity,
    WindowsUse,
)
from labctl.spec import workstation as spec
from labctl.spec.own_share import OWN_SHARE, find_main_groups, find_own_share
from labctl.spec.subject import Subject
from labctl.spec.variant import Variant

ENCRYPTION_METHODS = {"AES-128": 3, "AES-256": 4, "XTS-AES-128": 6, "XTS-AES-256": 7}
"""Win32_EncryptableVolume.EncryptionMethod."""
POWER_PLANS = {
    "equilibre": "381b4222-f694-41f0-9685-ff5bb260df2e",
    "performances": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c",
    "economie": "a1841308-3541-4fab-bc81-f71556f20b4a",
}
COLOUR_FILTERS = {"deuteranopie": 3, "protanopie": 4, "tritanopie": 5}
BROWSERS = {
    "Mozilla.Firefox": "FirefoxURL",
    "Google.Chrome": "ChromeHTML",
    "Microsoft.Edge": "MSEdgeHTM",
    "BraveSoftware.BraveBrowser": "BraveHTML",
    "VivaldiTechnologies.Vivaldi": "VivaldiHTM",
}
"""What begins the ProgId of a browser, by what begins its winget name."""


def build_use(subject: Subject, variant: Variant) -> WindowsUse:
    """Return how it must be used; KeyError when the cahier says nothing of a Windows."""
    asked = subject.workstation
    security, personal = asked.security, asked.personalisation
    if security is None or personal is None:
        raise KeyError("securite, personnalisation")
    ssids = subject.devices.access_point.ssids
    wifi = asked.network.wifi
    return WindowsUse(
        security=_security(security),
        personal=_personal(personal, asked.software, _own_share(subject, variant)),
        backup=_backup(asked.backup),
        wifi=ssids[wifi.ssid].name if wifi.fallback and wifi.ssid < len(ssids) else "",
        consent=subject.assistance is not None and subject.assistance.remote_help.consent,
    )


def _security(asked: spec.Security) -> WindowsSecurity:
    return WindowsSecurity(
        real_time=asked.antivirus.real_time,
        signatures_age_max_days=asked.antivirus.signatures_age_max_days,
        firewall=frozenset(asked.firewall.profiles),
        inbound_blocked=asked.firewall.inbound == "bloquer",
        encrypted=frozenset(asked.encryption.volumes),
        encryption_methods=frozenset(ENCRYPTION_METHODS[name] for name in asked.encryption.methods),
        smb1=asked.smb1,
        uac=asked.uac,
        remote_desktop=asked.rdp.active,
        nla=asked.rdp.nla,
        idle_s=asked.idle_s,
        log_mib=asked.log_mib,
        audited=frozenset(asked.audited),
    )


def _own_share(subject: Subject, variant: Variant) -> str:
    """Return the share of the main user's service; the lint made sure that there is one."""
    groups = find_main_groups(subject, variant.people) or ()
    return find_own_share(subject.devices.nas.shares, groups)


def _personal(
    asked: spec.Personalisation, software: tuple[spec.Program, ...], own: str
) -> WindowsPersonal:
    preferred = next((one.winget or "" for one in software if one.preferred), "")
    found = (sign for name, sign in BROWSERS.items() if preferred.startswith(name))
    return WindowsPersonal(
        wallpaper=asked.wallpaper,
        home_page=asked.home_page,
        browser=next(found, ""),
        power_plan=POWER_PLANS[asked.power_plan],
        drives={
            letter: own if share == OWN_SHARE else share for letter, share in asked.drives.items()
        },
        printer=asked.default_printer,
        comfort=_comfort(asked.needs),
    )


def _comfort(asked: spec.Comfort) -> Comfort:
    return Comfort(
        need=asked.need or "",
        text_pct=asked.text_pct or 0,
        high_contrast=asked.high_contrast,
        filter_keys=asked.filter_keys,
        mouse_speed=asked.mouse_speed or 0,
        colour_filter=COLOUR_FILTERS[asked.colour_filter] if asked.colour_filter else 0,
    )


def _backup(asked: spec.Backup) -> WindowsBackup:
    restored = f"{asked.restored_to}\\{asked.witness}" if asked.restore_test else ""
    return WindowsBackup(
        target=asked.target,
        account=asked.account,
        at=asked.daily_at,
        original=f"{asked.source}\\{asked.witness}",
        restored=restored,
    )
