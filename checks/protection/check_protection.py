"""The workstation is protected: antivirus, firewall, encryption."""

from collections.abc import Iterator

from checks.protection.demand import AskedEncryption, AskedFirewall, Protection
from checks.protection.facts.antivirus import Antivirus
from checks.protection.facts.encryption import EncryptedVolume, Encryption
from checks.protection.facts.firewall import Firewall, FirewallProfile
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    _,
    check,
    require,
    truth,
)


@check(
    "K-044",
    needs=Firewall,
    asks=Protection,
    each="on",
    face="windows",
)
def check_firewall(asked: Protection, firewall: Firewall) -> Match:
    """Le pare-feu du poste est actif et bloque ce qui entre, dans chaque profil."""
    points = [
        truth(
            _("service du pare-feu en marche"),
            _("le service du pare-feu (MpsSvc) est arrêté"),
            holds=firewall.service_runs,
            earns=False,
        ),
        *(
            point
            for name in sorted(asked.firewall.profiles)
            for point in _profile(asked.firewall, name, firewall.profiles.get(name))
        ),
    ]
    return require(points if asked.firewall.profiles else (), partial=False)


def _profile(
    asked: AskedFirewall, name: str, found: FirewallProfile | None
) -> Iterator[Expectation]:
    values = {"name": name}
    yield truth(
        _("pare-feu actif dans le profil %(name)s") % values,
        _("le pare-feu est éteint pour le profil %(name)s") % values,
        holds=found is not None and found.enabled,
    )
    if asked.inbound_blocked:
        yield truth(
            _("entrées bloquées dans le profil %(name)s") % values,
            _("le profil %(name)s laisse entrer ce qu'aucune règle n'admet") % values,
            holds=found is not None and found.inbound_blocked,
        )


@check(
    "K-046",
    needs=Antivirus,
    asks=Protection,
    each="on",
    face="windows",
)
def check_antivirus(asked: Protection, antivirus: Antivirus) -> Match:
    """Un antivirus est actif et protège en temps réel."""
    other = bool(antivirus.active_others)
    points = [
        truth(
            _("antivirus actif"),
            _("aucun antivirus n'est actif"),
            holds=other or antivirus.is_running,
            gate=True,
            earns=False,
        )
    ]
    if asked.antivirus.real_time:
        points.append(
            truth(
                _("protection en temps réel"),
                _("la protection en temps réel est éteinte"),
                holds=other or antivirus.real_time,
            )
        )
    return require(points)


@check(
    "K-047",
    needs=Antivirus,
    asks=Protection,
    each="on",
    face="windows",
)
def check_signatures(asked: Protection, antivirus: Antivirus) -> Match:
    """Les signatures de l'antivirus sont récentes."""
    most = asked.antivirus.signatures_age_max_days
    if antivirus.active_others:
        return require(
            truth(
                _("signatures de %(name)s à jour") % {"name": product.name},
                _("Windows dit périmées les signatures de %(name)s") % {"name": product.name},
                holds=product.up_to_date,
            )
            for product in antivirus.active_others
        )
    age = antivirus.signatures_age_days
    wanted, found = _("%(days)d jours au plus"), _("%(days)d jours")
    told = Match(wanted % {"days": most}, found % {"days": age})
    if not 0 <= age <= most:
        problem = _("les signatures ont %(age)d jours, %(most)d au plus sont admis")
        raise Mismatch(
            problem % {"age": age, "most": most}, expected=told.expected, found=told.found
        )
    return told


@check(
    "K-049",
    needs=Encryption,
    asks=Protection,
    each="on",
    face="windows",
)
def check_encryption(asked: Protection, encryption: Encryption) -> Match:
    """Les volumes demandés sont chiffrés et protégés."""
    return require(
        point
        for letter in sorted(asked.encryption.volumes)
        for point in _volume(asked.encryption, letter, encryption.volumes.get(letter))
    )


def _volume(
    asked: AskedEncryption, letter: str, found: EncryptedVolume | None
) -> Iterator[Expectation]:
    values = {"letter": letter}
    if found is None:
        absent = _("le volume %(letter)s n'existe pas, ou BitLocker ne le connaît pas") % values
        yield truth(_("volume %(letter)s présent") % values, absent, holds=False, gate=True)
        return
    state = _("le volume %(letter)s n'est pas chiffré")
    if found.in_progress:
        state = _("le chiffrement du volume %(letter)s est en cours")
    yield truth(_("volume %(letter)s chiffré") % values, state % values, holds=found.encrypted)
    yield truth(
        _("volume %(letter)s protégé") % values,
        _("la protection du volume %(letter)s est suspendue ou inactive") % values,
        holds=found.protected,
    )
    if found.encrypted:
        yield truth(
            _("volume %(letter)s chiffré par une méthode admise") % values,
            _("la méthode de chiffrement du volume %(letter)s n'est pas admise") % values,
            holds=found.method in asked.methods,
        )
