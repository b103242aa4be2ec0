"""The Windows half of a cahier's ``poste`` → how the workstation must be protected and used."""

from labctl.plan.windows_use import (
    Comfort,
    WindowsBackup,
    WindowsPersonal,
    WindowsUse,
)
from labctl.spec import workstation as spec
from labctl.spec.subject import Subject

POWER_PLANS = {
    "equilibre": "381b4222-f694-41f0-9685-ff5bb260df2e",
    "performances": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c",
    "economie": "a1841308-3541-4fab-bc81-f71556f20b4a",
}
COLOUR_FILTERS = {"deuteranopie": 3, "protanopie": 4, "tritanopie": 5}


def build_use(subject: Subject) -> WindowsUse:
    """Return how it must be used; KeyError when the cahier says nothing of a Windows."""
    asked = subject.workstation
    personal = asked.personalisation
    if personal is None:
        raise KeyError("personnalisation")
    return WindowsUse(
        personal=_personal(personal),
        backup=_backup(asked.backup),
    )


def _personal(asked: spec.Personalisation) -> WindowsPersonal:
    return WindowsPersonal(
        wallpaper=asked.wallpaper,
        home_page=asked.home_page,
        power_plan=POWER_PLANS[asked.power_plan],
        drives=asked.drives,
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
