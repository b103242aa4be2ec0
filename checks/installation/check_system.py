"""The Windows that was ordered is the one that runs."""

from checks.installation.demand import Installation
from checks.installation.facts.operating_system import OperatingSystem
from labctl.api import Expectation, Match, Mismatch, _, check, moment, require

WIDTH = 64
HOUR_S = 3600


@check("K-001", asks=Installation, needs=OperatingSystem, each="on", face="windows")
def check_edition(installation: Installation, system: OperatingSystem) -> Match:
    """L'édition de Windows est celle demandée."""
    asked = installation.of_windows()
    problem = _("édition de Windows : attendu %(name)s (SKU %(wanted)d), trouvé SKU %(found)d")
    values = {"name": asked.edition, "wanted": asked.sku, "found": system.sku}
    subject = _("SKU de l'édition « %(name)s »") % values
    return require([Expectation(subject, asked.sku, system.sku, problem % values)])


@check("K-002", asks=Installation, needs=OperatingSystem, each="on", face="windows")
def check_build(installation: Installation, system: OperatingSystem) -> Match:
    """La version de Windows n'est pas plus ancienne que celle demandée."""
    wanted = installation.of_windows().build_min
    expected = _("version %(wanted)d ou plus récente") % {"wanted": wanted}
    if system.build < wanted:
        raise Mismatch(
            _("version %(found)d de Windows, plus ancienne que %(wanted)d")
            % {"found": system.build, "wanted": wanted},
            expected=expected,
            found=system.build,
        )
    return Match(expected, str(system.build))


@check("K-003", asks=Installation, needs=OperatingSystem, each="on", face="windows")
def check_installed_in_time(installation: Installation, system: OperatingSystem) -> Match:
    """Windows a été installé pendant l'épreuve."""
    most = installation.of_windows().age_max_h
    age = system.now - system.installed_at
    expected = _("installé depuis %(wanted)d h au plus") % {"wanted": most}
    if not 0 <= age.total_seconds() <= most * HOUR_S:
        raise Mismatch(
            _("Windows a été installé le %(date)s, hors des %(wanted)d h de l'épreuve")
            % {"date": moment(system.installed_at), "wanted": most},
            expected=expected,
            found=moment(system.installed_at),
        )
    return Match(expected, moment(system.installed_at))


@check("K-016", asks=Installation, needs=OperatingSystem, each="on", face="windows")
def check_width(_asked: Installation, system: OperatingSystem) -> Match:
    """Windows est en 64 bits."""
    return require([Expectation(_("largeur des adresses, en bits"), WIDTH, system.address_width)])
