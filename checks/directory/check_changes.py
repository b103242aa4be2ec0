"""What the candidate changed in the directory besides making objects."""

from checks.directory.demand import Directory
from checks.directory.facts.objects import DirectoryChanges, Leaver
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Plan,
    _,
    check,
    fold,
    is_below,
    parent,
    require,
    truth,
)

SHOWN_NAMES = 5
GROUPS_LEFT: dict[bool, frozenset[str]] = {True: frozenset()}
"""Groups left to an account, by whether it is to be taken out of its own."""


@check("K-077", asks=Directory, needs=Leaver)
def check_leaver_disabled(asked: Directory, leaver: Leaver) -> Match:
    """Le compte de la personne partie est désactivé, rangé, sans groupe, et existe encore."""
    login, wanted = asked.leaver.login, asked.departure
    if leaver.exists == wanted.delete:
        raise Mismatch(
            _("le compte %(login)s a été supprimé, il devait être gardé") % {"login": login},
            expected=_("compte désactivé"),
            found=_("compte supprimé"),
        )
    unit, place = asked.ou_dn(wanted.move_to), parent(leaver.dn)
    is_placed = fold(place) == fold(unit)
    groups = GROUPS_LEFT[wanted.remove_groups]
    return require(
        (
            truth(
                _("compte %(login)s désactivé") % {"login": login},
                _("le compte %(login)s est encore actif") % {"login": login},
                holds=not leaver.enabled,
            ),
            Expectation(
                _("place de %(login)s") % {"login": login}, unit, unit if is_placed else place
            ),
            Expectation(_("groupes de %(login)s") % {"login": login}, groups, leaver.groups),
        )
    )


@check("K-083", asks=(Directory, Plan), needs=DirectoryChanges)
def check_nothing_else_changed(asked: Directory, plan: Plan, changes: DirectoryChanges) -> Match:
    """Rien d'autre n'a été modifié ni supprimé dans l'annuaire."""
    root = asked.root_ou
    if not any(is_below(dn, root) for dn in changes.changed):
        raise Mismatch(
            _("aucun objet n'a été créé sous %(root)s : il n'y a rien à juger") % {"root": root},
            expected=_("des objets sous %(root)s") % {"root": root},
            found=_("rien"),
        )
    damaged = sorted(dn for dn in changes.changed if not _is_expected(asked, plan, dn))
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


def _is_expected(asked: Directory, plan: Plan, dn: str) -> bool:
    """Everything under the company's unit is its work area; the rest is named one by one.

    A computer has objects of its own below it: recovery keys, a printer that it shares.
    """
    base = asked.base_dn
    computers = (f"CN={desk.hostname},CN=Computers,{base}" for desk in plan.desks)
    return fold(dn) == fold(base) or any(is_below(dn, top) for top in (asked.root_ou, *computers))


def _shown(names: list[str]) -> str:
    more = " …" if len(names) > SHOWN_NAMES else ""
    return " ; ".join(names[:SHOWN_NAMES]) + more
