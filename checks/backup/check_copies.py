"""The backup can be read back, and a new one does not destroy the last."""

from checks.backup.demand import Backup
from checks.backup.facts.copies import SavedCopies
from checks.backup.facts.witness import RestoredWitness
from checks.backup.witness import list_hashes
from checks.shares.demand import Shares
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Plan,
    Undecided,
    _,
    check,
    require,
    say,
    truth,
)

TRIED = 2
"""Backups that a candidate makes: the second one shows whether the first is kept."""


@check(
    "K-052",
    asks=(Backup, Shares, Plan),
    needs=(SavedCopies, RestoredWitness),
    after=("K-051",),
    each="on",
    face="windows",
)
def check_backup_holds_witness(
    asked: Backup, _shares: Shares, plan: Plan, saved: SavedCopies, witness: RestoredWitness
) -> Match:
    """La sauvegarde contient le fichier témoin intact, et garde les versions précédentes."""
    original = witness.original.sha256 if witness.original else ""
    genuine = {*list_hashes(plan), original} - {""}
    names = {"name": asked.witness, "share": asked.share, "sealed": say(saved.sealed)}
    if not saved.copies:
        _refuse_sealed(asked, saved)
        raise Mismatch(
            _("%(name)s n'est pas dans le partage %(share)s") % names, expected=asked.witness
        )
    newest = max(saved.copies, key=lambda one: one.written)
    intact = [one for one in saved.copies if one.sha256 in genuine]
    wanted = min(asked.versions, TRIED)
    if not intact and not original:
        problem = witness.problem or _("il n'est plus sur le poste")
        raise Undecided(
            _("le contenu de l'original n'est pas connu : %(problem)s") % {"problem": problem}
        )
    points = (
        truth(
            _("témoin intact dans la sauvegarde"),
            _("%(place)s n'a pas le contenu de l'original") % {"place": newest.place},
            holds=bool(intact),
            gate=True,
        ),
        Expectation(
            _("versions du témoin dans la sauvegarde, au moins"),
            wanted,
            min(len(intact), wanted),
            _("%(count)d version du témoin dans la sauvegarde : la suivante l'a remplacée")
            % {"count": len(intact)},
        ),
    )
    if not all(point.holds for point in points):
        _refuse_sealed(asked, saved)
    return require(points)


def _refuse_sealed(asked: Backup, saved: SavedCopies) -> None:
    """Raise Undecided when more copies may be in what labctl cannot open."""
    if saved.closed:
        said = _(
            "%(names)s ne s'ouvre pas avec le mot de passe de %(account)s :"
            " demander celui qui a été choisi"
        )
        names = say(saved.closed[:3])
        raise Undecided(said % {"names": names, "account": asked.account})
    if saved.sealed or saved.is_cut:
        raise Undecided(
            _("sauvegarde à ouvrir avec son propre programme : %(names)s")
            % {"names": say(saved.sealed[:3]) if saved.sealed else "…"}
        )
