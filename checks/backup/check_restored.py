"""The backup was tried: a file came back."""

from collections.abc import Iterator

from checks.backup.demand import Backup
from checks.backup.facts.witness import RestoredWitness, WitnessFile
from checks.installation.facts.operating_system import OperatingSystem
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Undecided,
    _,
    check,
    moment,
    require,
    truth,
)


@check(
    "K-053",
    asks=Backup,
    needs=(RestoredWitness, OperatingSystem),
    after=("K-051",),
    each="on",
    face="windows",
)
def check_restored(asked: Backup, witness: RestoredWitness, system: OperatingSystem) -> Match:
    """Le fichier témoin a été restauré pendant l'épreuve, à côté de l'original et identique."""
    path, source = asked.restored, asked.original
    if not path:
        return require(())
    copy, original = witness.restored, witness.original
    if copy is None:
        raise Mismatch(
            _("le fichier restauré %(path)s n'existe pas") % {"path": path}, expected=path
        )
    if original is None:
        raise Undecided(
            _("l'original %(path)s a disparu : rien à quoi comparer") % {"path": source}
        )
    told = require(_points(original, copy))
    if not (copy.sha256 and original.sha256):
        raise Undecided(
            _("l'empreinte des fichiers n'a pas pu être lue : %(problem)s")
            % {"problem": witness.problem or _("un des deux n'a pas été lu")}
        )
    if copy.created <= original.created or copy.created < system.installed_at:
        raise Undecided(
            _("la copie est datée du %(moment)s, date que robocopy conserve : voir la restauration")
            % {"moment": moment(copy.created)}
        )
    return told


def _points(original: WitnessFile, copy: WitnessFile) -> Iterator[Expectation]:
    """Yield what a restoration keeps; when the copy was made, some programs do not tell.

    Robocopy gives a copy the creation date of its source (Microsoft, "Robocopy": ``/copy:DAT`` is
    the default).
    """
    yield Expectation(_("taille du fichier restauré"), original.size, copy.size, gate=True)
    yield truth(
        _("même empreinte SHA-256"),
        _("le fichier restauré n'a pas le contenu de l'original"),
        holds=not (copy.sha256 and original.sha256) or copy.sha256 == original.sha256,
        gate=True,
    )
    yield truth(
        _("date d'origine"),
        _("le fichier restauré n'a pas la date de l'original : il a été réécrit"),
        holds=original.modified == copy.modified,
    )
