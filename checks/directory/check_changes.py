"""What the candidate changed in the directory besides making objects."""

from collections.abc import Iterator

from labctl.api import (
    Expectation,
    Gpo,
    Match,
    Mismatch,
    Plan,
    _,
    check,
    fold,
    is_below,
    parent,
    require,
    say,
    truth,
)
from labctl.probes.directory.objects import DirectoryChanges, GpoLink, GpoLinks, Leaver

LINK_DISABLED = 1
SHOWN_NAMES = 5


@check("K-077", criterion="6.1", needs=Leaver, weight=3)
def check_leaver_disabled(plan: Plan, leaver: Leaver) -> Match:
    """Le compte de la personne partie est désactivé, rangé, sans groupe, et existe encore."""
    login = plan.directory.leaver.login
    if not leaver.exists:
        raise Mismatch(
            _("le compte %(login)s a été supprimé, il devait être gardé") % {"login": login},
            expected=_("compte désactivé"),
            found=_("compte supprimé"),
        )
    wanted = plan.directory.ou_dn(plan.directory.leaver_ou)
    place = parent(leaver.dn)
    is_placed = fold(place) == fold(wanted)
    return require(
        (
            truth(
                _("compte %(login)s désactivé") % {"login": login},
                _("le compte %(login)s est encore actif") % {"login": login},
                holds=not leaver.enabled,
            ),
            Expectation(
                _("place de %(login)s") % {"login": login}, wanted, wanted if is_placed else place
            ),
            Expectation(_("groupes de %(login)s") % {"login": login}, frozenset(), leaver.groups),
        )
    )


@check("K-081", criterion="6.1", needs=GpoLinks, weight=2)
def check_policies_linked(plan: Plan, links: GpoLinks) -> Match:
    """Les stratégies de groupe sont liées aux unités demandées, lien actif."""
    return require(_link_point(gpo, links) for gpo in plan.directory.gpos)


@check("K-083", criterion="6.1", needs=DirectoryChanges, weight=2)
def check_nothing_else_changed(plan: Plan, changes: DirectoryChanges) -> Match:
    """Rien d'autre n'a été modifié ni supprimé dans l'annuaire."""
    root = plan.directory.root_ou
    if not any(is_below(dn, root) for dn in changes.changed):
        raise Mismatch(
            _("aucun objet n'a été créé sous %(root)s : il n'y a rien à juger") % {"root": root},
            expected=_("des objets sous %(root)s") % {"root": root},
            found=_("rien"),
        )
    damaged = sorted(dn for dn in changes.changed if not _is_expected(plan, dn))
    return require(
        (
            Expectation(
                _("modifiés hors de la demande"),
                (),
                tuple(damaged[:SHOWN_NAMES]),
                _("modifié hors de la demande : %(names)s") % {"names": _shown(damaged)},
            ),
            Expectation(
                _("supprimés"),
                frozenset(),
                changes.deleted,
                _("supprimé de l'annuaire : %(names)s")
                % {"names": _shown(sorted(changes.deleted))},
            ),
        ),
        partial=False,
    )


def _link_point(gpo: Gpo, links: GpoLinks) -> Expectation:
    mine = [link for link in links.links if link.gpo.casefold() == gpo.name.casefold()]
    there = [link for link in mine if fold(link.target) == fold(gpo.link_to)]
    is_active = any(not link.options & LINK_DISABLED for link in there)
    words = {"gpo": gpo.name, "target": gpo.link_to}
    if gpo.name.casefold() not in {name.casefold() for name in links.existing}:
        problem = _("la stratégie %(gpo)s n'existe plus") % words
    elif there:
        problem = _("le lien de %(gpo)s vers %(target)s est désactivé") % words
    else:
        problem = _("la stratégie %(gpo)s n'est pas liée à %(target)s") % words
    found = gpo.link_to if is_active else say(tuple(_links(mine)))
    return Expectation(gpo.name, gpo.link_to, found, problem)


def _links(links: list[GpoLink]) -> Iterator[str]:
    for link in links:
        off = _(" (désactivé)") if link.options & LINK_DISABLED else ""
        yield f"{link.target}{off}"


def _is_expected(plan: Plan, dn: str) -> bool:
    """Everything under the company's unit is its work area; the rest is named one by one."""
    directory = plan.directory
    base, computer = directory.base_dn, plan.workstation.hostname
    named = (base, f"CN={computer},CN=Computers,{base}")
    return is_below(dn, directory.root_ou) or fold(dn) in {fold(name) for name in named}


def _shown(names: list[str]) -> str:
    more = " …" if len(names) > SHOWN_NAMES else ""
    return " ; ".join(names[:SHOWN_NAMES]) + more
