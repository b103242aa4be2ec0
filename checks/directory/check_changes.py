"""What the candidate changed in the directory besides making objects."""

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


@check("K-077", needs=Leaver)
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


@check("K-083", needs=DirectoryChanges)
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


def _is_expected(plan: Plan, dn: str) -> bool:
    """Everything under the company's unit is its work area; the rest is named one by one."""
    directory = plan.directory
    base, computer = directory.base_dn, plan.workstation.hostname
    named = (base, f"CN={computer},CN=Computers,{base}")
    return is_below(dn, directory.root_ou) or fold(dn) in {fold(name) for name in named}


def _shown(names: list[str]) -> str:
    more = " …" if len(names) > SHOWN_NAMES else ""
    return " ; ".join(names[:SHOWN_NAMES]) + more
