"""The plan as the tables a technician reads."""

from collections.abc import Iterable, Iterator

from labctl.core.i18n import _
from labctl.plan.model import Interface, Node, Plan
from labctl.plan.wording import STATES, describe_address, or_dash
from labctl.plan.words import Table, list_tables
from labctl.spec.kind import load_kind
from labctl.spec.topology import Segment


def render_tables(plan: Plan) -> tuple[Table, ...]:
    """Return the plan as the tables a technician reads."""
    return (
        _bench(plan),
        _segments(plan),
        _nodes(plan),
        *list_tables(plan),
        _people(plan),
        _shares(plan),
        _rules(plan),
    )


def _bench(plan: Plan) -> Table:
    rows = (
        (_("Cahier des charges"), f"{plan.title} ({plan.cahier})"),
        (_("Variante"), plan.variant),
        (_("Salle"), f"{plan.room} ({plan.provider})"),
        (_("Client"), ", ".join(filter(None, (plan.company, plan.town))) or "—"),
        (_("Domaine"), f"{plan.directory.domain} ({plan.directory.netbios})"),
        (_("Utilisateur du poste"), plan.workstation.user),
    )
    return Table(_("Banc %(bench)02d") % {"bench": plan.bench}, ("", ""), rows)


def _segments(plan: Plan) -> Table:
    columns = (_("VLAN"), _("Id"), _("Réseau"), _("Passerelle"), _("Sonde"), _("Usage"))
    rows = tuple(_segment(one) for one in plan.segments.values())
    return Table(_("Plan d'adressage"), columns, rows)


def _segment(segment: Segment) -> tuple[str, ...]:
    return (
        segment.name,
        or_dash(segment.vid or None),
        or_dash(segment.network),
        or_dash(segment.gateway),
        or_dash(segment.probe.ip if segment.probe else None),
        segment.usage,
    )


def _nodes(plan: Plan) -> Table:
    columns = (
        _("Machine"), _("Nom d'hôte"), _("État"), _("Carte"), _("Adresse"), _("VLAN"), _("Gestion"),
    )  # fmt: skip
    rows = tuple(row for node in plan.nodes.values() for row in _node(plan, node))
    return Table(_("Machines"), columns, rows)


def _node(plan: Plan, node: Node) -> Iterator[tuple[str, ...]]:
    cards = node.interfaces if load_kind(node.kind).cards else ()
    for card in cards or (Interface("—", "—"),):
        yield (
            node.name,
            node.hostname,
            _(STATES[node.state]),
            card.name,
            describe_address(plan, node, card),
            card.segment or "—",
            str(node.management.ip),
        )


def _people(plan: Plan) -> Table:
    columns = (_("Personne"), _("Identifiant"), _("UPN"), _("OU"), _("Groupes"), _("Attendu"))
    directory = plan.directory
    rows = [
        (p.display_name, p.login, p.upn, p.ou, ", ".join(sorted(p.groups)), _("créé"))
        for p in directory.people
    ]
    gone = directory.leaver
    rows.append((gone.display_name, gone.login, gone.upn, directory.leaver_ou, "—", _("désactivé")))
    rows += [(_("compte de service"), n, "—", ou, "—", _("créé")) for n, ou in _services(plan)]
    return Table(_("Comptes de l'annuaire"), columns, tuple(rows))


def _services(plan: Plan) -> list[tuple[str, str]]:
    return sorted(plan.directory.service_accounts.items())


def _shares(plan: Plan) -> Table:
    columns = (_("Partage"), _("Lecture et écriture"), _("Lecture seule"))
    rows = tuple(
        (share.name, _listed(share.read_write), _listed(share.read_only))
        for share in plan.files.shares
    )
    return Table(_("Partages de %(name)s") % {"name": plan.files.hostname}, columns, rows)


def _rules(plan: Plan) -> Table:
    policy = plan.directory.policy
    lock = _("%(count)d essais, %(minutes)d min")
    rows = [
        (_("Longueur des mots de passe"), str(policy.min_length)),
        (_("Historique, âge maximal"), f"{policy.history}, {policy.max_age_days} j"),
        (
            _("Verrouillage"),
            lock % {"count": policy.lockout_threshold, "minutes": policy.lockout_minutes},
        ),
    ]
    rows += [
        (_("Ports sortants de %(name)s") % {"name": name}, ", ".join(map(str, sorted(ports))))
        for name, ports in plan.router.outbound.items()
    ]
    linked = _("Stratégie %(name)s liée à")
    rows += [(linked % {"name": gpo.name}, gpo.link_to) for gpo in plan.directory.gpos]
    return Table(_("Autres valeurs attendues"), (_("Quoi"), _("Valeur")), tuple(rows))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "—"
