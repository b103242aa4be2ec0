"""The switch is administered the way the subject asks, and keeps its configuration."""

import re
from collections.abc import Iterator

from checks.device_admin.demand import Administration, Console
from checks.device_admin.facts import SwitchConfig
from checks.routing.demand import Routing
from checks.routing.facts.reach import Reach, wanted_attempts
from checks.switching.demand import Switching
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    NodeName,
    NotAsked,
    Outcome,
    Plan,
    Reason,
    Undecided,
    _,
    check,
    denial,
    one_line,
    require,
    truth,
)

SSH, TELNET = 22, 23
_NAME = re.compile(r"[a-z]", re.IGNORECASE)
_SNMP_CLEAR = re.compile(
    r"snmp-server (?:community |group \S+ v(?:1|2c)\b|user \S+ \S+ .*\bv(?:1|2c)\b)"
)
SHOWN_LINES = 3


def _path(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines between labctl's probes and the device, the latter included."""
    console = plan.demand(Administration).console
    return plan.from_probes(console.on) if console else ()


@check("K-062", asks=(Administration, Routing, Plan), needs=(Reach, SwitchConfig), over=_path)
def check_switch_administration(
    asked: Administration, routing: Routing, plan: Plan, reach: Reach, config: SwitchConfig
) -> Match:
    """Le commutateur s'administre en SSH seulement, depuis le réseau prévu ; bannière et heure."""
    console = asked.console
    if console is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    clock = _find_clock(console, plan, config)
    match = require(
        (
            *_doors(console, routing, plan, reach),
            Expectation(
                _("accès distants permis (transport input)"),
                console.transports,
                config.vty_transports,
            ),
            Expectation(
                _("bannière du commutateur"), console.banner, _find_banner(console, config)
            ),
            *([clock] if isinstance(clock, Expectation) else []),
            Expectation(
                _("SNMP du commutateur"),
                console.snmp,
                "v1_ou_v2c" if any(map(_is_snmp_clear, config.running)) else "aucun_ou_v3",
                _("le commutateur parle SNMP en version 1 ou 2, en clair"),
                earns=False,
            ),
        )
    )
    if isinstance(clock, Undecided):
        raise clock
    return match


@check("K-063", asks=(Administration, Switching), needs=SwitchConfig)
def check_switch_saved(asked: Administration, _ports: Switching, config: SwitchConfig) -> Match:
    """La configuration du commutateur est enregistrée."""
    if asked.console is None or not asked.console.saved:
        raise NotAsked(_("le sujet ne le demande pas"))
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


def _doors(console: Console, routing: Routing, plan: Plan, reach: Reach) -> Iterator[Expectation]:
    allowed = console.sources
    doors = (routing.on, *(f"passerelle:{name}" for name in allowed))
    for origin, target, port in wanted_attempts(plan):
        if target not in doors:
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


def _find_banner(console: Console, config: SwitchConfig) -> str:
    """Return the banner that is asked where one of those displayed is it, the first otherwise."""
    return console.banner if console.banner in config.banners else config.banner.strip()


def _find_clock(console: Console, plan: Plan, config: SwitchConfig) -> Expectation | Undecided:
    """Tell whether the device asks the time of the server that is asked for, others beside or not.

    A name may stand for its address (IOS keeps what was typed): one that the bench does not know is
    for a person to look at.
    """
    given = sorted(server.lower() for server in config.ntp)
    names = {str(console.ntp), plan.domain.lower()}
    for node in plan.nodes.values():
        if any(card.address and card.address.ip == console.ntp for card in node.interfaces):
            names |= {node.hostname.lower(), f"{node.hostname}.{plan.domain}".lower()}
    unknown = [name for name in given if _NAME.search(name)]
    if unknown and names.isdisjoint(given):
        said = _("le commutateur prend l'heure de « %(name)s » : ce nom n'est pas connu du banc")
        return Undecided(said % {"name": one_line(unknown[0])}, Reason.PROTOCOL)
    return truth(
        _("heure du serveur %(address)s") % {"address": console.ntp},
        _("le commutateur doit prendre l'heure de %(address)s, trouvé : %(found)s")
        % {"address": console.ntp, "found": one_line(", ".join(given)) or _("rien")},
        holds=not names.isdisjoint(given),
    )


def _is_snmp_clear(line: str) -> bool:
    """Tell whether a line of IOS makes SNMP speak a version that hides nothing: 1 or 2c.

    A host is sent version 1 unless it says another (Cisco IOS Network Management Command Reference,
    « snmp-server host »).
    """
    if line.startswith("snmp-server host "):
        return " version 3 " not in line
    return _SNMP_CLEAR.match(line) is not None


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
