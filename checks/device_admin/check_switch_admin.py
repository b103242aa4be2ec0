"""The switch is administered the way the subject asks, and keeps its configuration."""

from collections.abc import Iterator

from checks.device_admin.facts import SwitchConfig
from checks.routing.facts.reach import Reach, wanted_attempts
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Outcome,
    Plan,
    Reason,
    Undecided,
    _,
    check,
    denial,
    one_line,
    require,
)

SSH, TELNET = 22, 23
SHOWN_LINES = 3


@check("K-062", needs=(Reach, SwitchConfig), over=lambda plan: plan.from_probes(plan.switch.node))
def check_switch_administration(plan: Plan, reach: Reach, config: SwitchConfig) -> Match:
    """Le commutateur s'administre en SSH seulement, depuis le réseau prévu, avec sa bannière."""
    return require(
        (
            *_doors(plan, reach),
            Expectation(
                _("accès distants permis (transport input)"),
                frozenset({"ssh"}),
                config.vty_transports,
            ),
            Expectation(_("bannière du commutateur"), plan.switch.banner, config.banner.strip()),
        )
    )


@check("K-063", needs=SwitchConfig)
def check_switch_saved(plan: Plan, config: SwitchConfig) -> Match:  # noqa: ARG001  # shape of a check
    """La configuration du commutateur est enregistrée."""
    expected = _("startup-config égale à running-config")
    if config.startup is None:
        raise Mismatch(
            _("aucune configuration n'est enregistrée sur le commutateur"),
            expected=expected,
            found=_("pas de startup-config"),
        )
    unsaved = [line for line in config.running if line not in config.startup]
    stale = [line for line in config.startup if line not in config.running]
    if config.running != config.startup:
        raise Mismatch(
            _("des modifications du commutateur ne sont pas enregistrées : %(lines)s")
            % {"lines": _shown(unsaved, stale)},
            expected=expected,
            found=_("%(unsaved)s ligne(s) non enregistrée(s), %(stale)s ligne(s) périmée(s)")
            % {"unsaved": len(unsaved), "stale": len(stale)},
        )
    return Match(
        expected, _("%(count)s lignes, toutes enregistrées") % {"count": len(config.running)}
    )


def _doors(plan: Plan, reach: Reach) -> Iterator[Expectation]:
    allowed = plan.switch.admin_from
    for origin, target, port in wanted_attempts(plan):
        if target != "commutateur" and not target.startswith("passerelle:"):
            continue
        outcome = _outcome(reach, origin, target, port)
        if port == SSH and origin in allowed:
            yield Expectation(
                _("SSH depuis %(origin)s") % {"origin": origin},
                Outcome.OPEN,
                outcome,
                _("le commutateur ne répond pas en SSH depuis %(origin)s") % {"origin": origin},
                gate=True,
            )
            continue
        text = (
            _("le commutateur répond en telnet depuis %(origin)s")
            if port == TELNET
            else _("le commutateur répond en SSH depuis %(origin)s")
        )
        yield denial(
            _("port %(port)s du commutateur ouvert depuis %(origin)s")
            % {"port": port, "origin": origin},
            text % {"origin": origin},
            found=outcome is Outcome.OPEN,
        )


def _outcome(reach: Reach, origin: str, target: str, port: int) -> Outcome:
    if origin not in reach.healthy:
        raise Undecided(
            _("la sonde du réseau %(segment)s ne fonctionne pas") % {"segment": origin},
            Reason.UNREACHABLE,
        )
    return reach.outcome(origin, target, port)


def _shown(unsaved: list[str], stale: list[str]) -> str:
    lines = [one_line(line) for line in unsaved] or [
        _("« %(line)s » supprimée") % {"line": one_line(line)} for line in stale
    ]
    more = " …" if len(lines) > SHOWN_LINES else ""
    return ", ".join(lines[:SHOWN_LINES]) + more if lines else _("ordre des lignes")
