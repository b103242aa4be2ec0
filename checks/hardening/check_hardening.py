"""The workstation's doors are closed: old protocols, elevation, remote desktop, idle sessions."""

from collections.abc import Iterator

from checks.group_policy.demand import Policies
from checks.hardening.demand import Hardened
from checks.hardening.facts.hardening import Hardening
from checks.hardening.facts.logon_audit import LogonAudit
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Node,
    Plan,
    Undecided,
    _,
    check,
    denial,
    require,
    truth,
)

KIB_PER_MIB = 1024


@check(
    "K-045",
    asks=Hardened,
    needs=(Hardening, LogonAudit),
    each="on",
    face="windows",
)
def check_security_log(asked: Hardened, hardening: Hardening, audit: LogonAudit) -> Match:
    """Le journal de sécurité garde assez d'évènements, dont les ouvertures de session."""
    kept = tuple(_kept(asked.log_mib, hardening))
    if not audit.problem:
        return require((*kept, *_noted(asked.audited, audit)))
    require(kept)
    raise Undecided(
        _("l'audit des ouvertures de session n'a pas pu être lu : %(problem)s")
        % {"problem": audit.problem}
    )


def _kept(wanted_mib: int, hardening: Hardening) -> Iterator[Expectation]:
    found = hardening.log_kib // KIB_PER_MIB
    problem = _("le journal de sécurité garde %(found)d Mio au plus, %(wanted)d sont demandés")
    yield truth(
        _("journal de sécurité de %(size)d Mio au moins") % {"size": wanted_mib},
        problem % {"found": found, "wanted": wanted_mib},
        holds=found >= wanted_mib,
    )
    yield denial(
        _("évènements perdus une fois le journal plein"),
        _("une fois plein, le journal de sécurité perd les évènements qui suivent"),
        found=hardening.log_stops,
        earns=False,
    )


def _noted(wanted: frozenset[str], audit: LogonAudit) -> Iterator[Expectation]:
    subjects = {
        "reussies": (
            _("audit des ouvertures de session réussies"),
            _("les ouvertures de session réussies ne sont pas auditées"),
            audit.success,
        ),
        "echouees": (
            _("audit des ouvertures de session échouées"),
            _("les ouvertures de session échouées ne sont pas auditées"),
            audit.failure,
        ),
    }
    for outcome, (subject, problem, holds) in subjects.items():
        if outcome in wanted:
            yield truth(subject, problem, holds=holds, earns=outcome == "echouees")


@check(
    "K-055",
    asks=(Hardened, Node, Plan),
    needs=Hardening,
    each="on",
    face="windows",
)
def check_doors(asked: Hardened, node: Node, plan: Plan, hardening: Hardening) -> Match:
    """SMB 1, le contrôle de compte, l'exécution automatique et le Bureau à distance sont réglés."""
    policies = plan.find(Policies)
    autorun = (
        policies.value("NoDriveTypeAutoRun") if policies and node.name in policies.on else None
    )
    return require(_doors(asked, autorun, hardening))


def _doors(asked: Hardened, autorun: int | None, found: Hardening) -> Iterator[Expectation]:
    yield Expectation(_("SMB version 1"), asked.smb1, found.smb1)
    yield Expectation(_("contrôle de compte d'utilisateur"), asked.uac, found.uac, earns=False)
    if autorun is not None:
        yield Expectation(_("lecteurs sans exécution automatique"), autorun, found.autorun)
    yield Expectation(_("Bureau à distance"), asked.remote_desktop.active, found.remote_desktop)
    if asked.remote_desktop.active:
        yield Expectation(
            _("authentification au niveau du réseau"),
            asked.remote_desktop.nla,
            found.nla,
            earns=False,
        )


@check(
    "K-056",
    asks=Hardened,
    needs=Hardening,
    each="on",
    face="windows",
)
def check_idle_lock(asked: Hardened, hardening: Hardening) -> Match:
    """La session se verrouille après le délai demandé."""
    most, found = asked.idle_s, hardening.idle_s
    told = Match(_("%(time)d s au plus") % {"time": most}, _("%(time)d s") % {"time": found})
    if not 0 < found <= most:
        problem = _("la session ne se verrouille qu'après %(found)d s, %(most)d au plus demandées")
        if found == 0:
            problem = _("la session ne se verrouille jamais, %(most)d s au plus demandées")
        raise Mismatch(
            problem % {"found": found, "most": most}, expected=told.expected, found=told.found
        )
    return told
