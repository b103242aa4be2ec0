"""Checks of how a Windows workstation is protected and kept up to date."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from checks.accounts.facts.administrators import Administrators, Member
from checks.group_policy.facts.applied import AppliedPolicies
from checks.hardening.demand import Hardened
from checks.hardening.facts.hardening import Hardening
from checks.hardening.facts.logon_audit import LogonAudit
from checks.installation.demand import Installation
from checks.protection.facts.antivirus import Antivirus, Product
from checks.protection.facts.encryption import EncryptedVolume, Encryption
from checks.protection.facts.firewall import Firewall, FirewallProfile
from checks.protection.facts.recovery import RecoveryKeys
from checks.protection.facts.threats import Detection, Threats
from checks.updates.facts.updates import Updates
from labctl.core.expect import Undecided
from labctl.core.verdict import Mismatch
from labctl.plan.model import Plan
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but
from tests.plans import asking

ANTIVIRUS, FIREWALL, HARDENING = fact_of(Antivirus), fact_of(Firewall), fact_of(Hardening)
ADMINISTRATORS = fact_of(Administrators)
STRANGER = Member(r"SIMULATION\usine", "S-1-5-21-1-1-1-1009", is_local=True)


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (FirewallProfile(enabled=False, inbound_blocked=True), "est éteint pour le profil Public"),
        (FirewallProfile(enabled=True, inbound_blocked=False), "le profil Public laisse entrer"),
    ],
)
def test_one_open_profile_is_enough(profile: FirewallProfile, said: str) -> None:
    found = miss("K-044", replace(FIREWALL, profiles=FIREWALL.profiles | {"Public": profile}))
    assert said in found.message
    assert found.earned == 0


def test_a_stopped_firewall_protects_nothing() -> None:
    assert "MpsSvc" in miss("K-044", replace(FIREWALL, service_runs=False)).message


def test_another_antivirus_does_as_well() -> None:
    other = Antivirus(False, False, -1, (Product("Autre", active=True, up_to_date=True),))
    assert run_check("K-046", PLAN, solved_but(other)) is not None
    assert run_check("K-047", PLAN, solved_but(other)) is not None


def test_another_antivirus_that_sleeps_does_not() -> None:
    idle = Antivirus(False, False, -1, (Product("Autre", active=False, up_to_date=True),))
    assert "aucun antivirus n'est actif" in miss("K-046", idle).message


def test_old_signatures_of_another_antivirus() -> None:
    old = Antivirus(False, False, -1, (Product("Autre", active=True, up_to_date=False),))
    assert miss("K-047", old).message == "Windows dit périmées les signatures de Autre"


@pytest.mark.parametrize("age", [-1, 4, 65535])
def test_signatures_have_an_age(age: int) -> None:
    found = miss("K-047", replace(ANTIVIRUS, signatures_age_days=age))
    assert (found.expected, found.found) == ("3 jours au plus", f"{age} jours")


def test_encryption_in_progress_is_told() -> None:
    volume = EncryptedVolume(protected=False, encrypted=False, in_progress=True, method=7)
    found = miss("K-049", Encryption(fact_of(Encryption).volumes | {"D:": volume}))
    assert "le chiffrement du volume D: est en cours" in found.message
    assert 0 < found.earned < 1


def test_a_weak_method_and_an_absent_volume_are_told() -> None:
    weak = EncryptedVolume(protected=True, encrypted=True, in_progress=False, method=3)
    found = miss("K-049", Encryption({"C:": weak}))
    assert "la méthode de chiffrement du volume C: n'est pas admise" in found.message
    assert "le volume D: n'existe pas" in found.message
    assert found.earned == 0


def test_a_stranger_among_the_administrators_is_named() -> None:
    found = miss("K-043", Administrators((*ADMINISTRATORS.members, STRANGER)))
    assert (
        found.message == r"SIMULATION\usine (S-1-5-21-1-1-1-1009) ne doit pas être administrateur"
        " du poste"
    )
    assert found.earned == 0


def test_a_domain_group_of_the_same_name_is_not_the_local_account() -> None:
    members = [one for one in ADMINISTRATORS.members if not one.name.endswith("adm-local")]
    imposter = Member(r"MOANA\adm-local", "S-1-5-21-1-2-3-1200", is_local=False)
    found = miss("K-043", Administrators((*members, imposter)))
    assert "adm-local n'est pas administrateur du poste" in found.message
    assert r"MOANA\adm-local" in found.message


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"smb1": True}, "SMB version 1 : attendu non, trouvé oui"),
        ({"uac": False}, "contrôle de compte d'utilisateur : attendu oui, trouvé non"),
        ({"autorun": 145}, "lecteurs sans exécution automatique : attendu 255, trouvé 145"),
        ({"nla": False}, "authentification au niveau du réseau : attendu oui, trouvé non"),
        ({"remote_desktop": False}, "Bureau à distance : attendu oui, trouvé non"),
    ],
)
def test_each_door_is_named(changed: dict[str, Any], said: str) -> None:
    assert miss("K-055", replace(HARDENING, **changed)).message == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "jamais, 600 s au plus"), (601, "qu'après 601 s, 600 au plus")]
)
def test_an_idle_session_is_locked_in_time(seconds: int, said: str) -> None:
    assert said in miss("K-056", replace(HARDENING, idle_s=seconds)).message


def test_a_shorter_delay_is_admitted() -> None:
    assert run_check("K-056", PLAN, solved_but(replace(HARDENING, idle_s=60))) is not None


def test_a_small_log_is_told_in_mebibytes() -> None:
    found = miss("K-045", replace(HARDENING, log_kib=20 << 10))
    assert found.message == "le journal de sécurité garde 20 Mio au plus, 64 sont demandés"


def test_a_log_that_stops_when_it_is_full_loses_what_follows() -> None:
    assert "une fois plein" in miss("K-045", replace(HARDENING, log_stops=True)).message


@pytest.mark.parametrize(
    ("audit", "said"),
    [
        (LogonAudit(success=False, failure=True), "réussies ne sont pas auditées"),
        (LogonAudit(success=True, failure=False), "échouées ne sont pas auditées"),
    ],
)
def test_each_outcome_of_a_logon_is_noted(audit: LogonAudit, said: str) -> None:
    assert said in miss("K-045", audit).message


def test_logons_that_the_subject_does_not_ask_for_may_go_unnoted() -> None:
    hardened = PLAN.demand(Hardened).model_copy(update={"audited": frozenset({"reussies"})})
    plan = asking(PLAN, hardened)

    assert run_check("K-045", plan, solved_but(LogonAudit(success=True, failure=False))) is not None


def test_an_audit_that_could_not_be_read_is_for_a_person_unless_the_log_is_too_small() -> None:
    unread = LogonAudit(problem="Accès refusé")
    error = refuse("K-045", unread)
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail
    assert "20 Mio" in miss("K-045", unread, replace(HARDENING, log_kib=20 << 10)).message


def test_a_policy_that_was_not_applied_is_named() -> None:
    found = miss("K-082", AppliedPolicies(frozenset({"Default Domain Policy"}), -1))
    assert "le poste n'a pas appliqué la stratégie GPO_POSTES_SECURITE" in found.message


@pytest.mark.parametrize(("build", "ubr"), [(26100, 2313), (22631, 9999)])
def test_versions_are_compared_in_order(build: int, ubr: int) -> None:
    found = miss("K-054", replace(fact_of(Updates), build=build, ubr=ubr))
    assert found.message == f"Windows est en {build}.{ubr}, antérieur à 26100.2314"


NO_WINDOWS = asking(PLAN, PLAN.demand(Installation).model_copy(update={"windows": None}))
NO_INSTALLATION = replace(
    PLAN, demands={name: one for name, one in PLAN.demands.items() if name != Installation.topic}
)


@pytest.mark.parametrize("plan", [NO_WINDOWS, NO_INSTALLATION])
def test_the_revision_alone_is_compared_where_no_version_is_asked(plan: Plan) -> None:
    old = replace(fact_of(Updates), build=22631, ubr=1)
    with pytest.raises(Mismatch, match=r"22631\.1, antérieur à 22631\.2314"):
        run_check("K-054", plan, {Updates: old})


def test_a_pending_restart_is_told() -> None:
    found = miss("K-054", replace(fact_of(Updates), restart_pending=True))
    assert found.message == "une mise à jour attend un redémarrage"


def test_a_windows_that_takes_no_update_any_more() -> None:
    found = miss("K-054", replace(fact_of(Updates), service_disabled=True))
    assert found.message == "le service Windows Update (wuauserv) est désactivé"


def test_an_antivirus_that_nobody_tried() -> None:
    found = miss("K-048", Threats(()))
    assert "n'a pas vu de fichier EICAR" in found.message
    assert found.earned == 0


def test_a_trial_before_windows_was_installed_is_none() -> None:
    (seen,) = fact_of(Threats).detections
    early = replace(seen, seen_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert "n'a pas vu" in miss("K-048", Threats((early,))).message


def test_another_threat_is_no_trial() -> None:
    (seen,) = fact_of(Threats).detections
    assert "n'a pas vu" in miss("K-048", Threats((replace(seen, threat=1),))).message


def test_a_file_that_was_seen_and_let_be() -> None:
    (seen,) = fact_of(Threats).detections
    missed = Detection(seen.threat, seen.seen_at, stopped=False)
    assert "ne l'a pas arrêté" in miss("K-048", Threats((missed,))).message


def test_the_journal_of_another_antivirus_is_for_a_person() -> None:
    other = replace(ANTIVIRUS, others=(Product("Autre", active=True, up_to_date=True),))
    assert isinstance(refuse("K-048", other), Undecided)


def test_a_volume_without_recovery_key_is_half_of_them() -> None:
    found = miss("K-050", RecoveryKeys({"MN-PC-01": 1}))
    assert "de 1 volume sur 2 de MN-PC-01" in found.message
    assert found.earned == Decimal("0.5")


def test_the_recovery_keys_of_another_computer_open_nothing() -> None:
    assert miss("K-050", RecoveryKeys({"AUTRE": 2})).earned == 0


def test_a_journal_that_could_not_be_read_is_for_a_person() -> None:
    assert isinstance(refuse("K-048", Threats((), "accès refusé")), Undecided)
