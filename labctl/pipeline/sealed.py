"""What a seal forbids, said in one place: every verb asks here before it touches a bench."""

from labctl.core.errors import LabctlError
from labctl.core.i18n import _
from labctl.pipeline.place import bench_dir
from labctl.seal import document
from labctl.seal.document import SealPhase


class BenchSealed(LabctlError):
    """The bench is sealed: it is not touched until it is opened, or thrown away by name."""

    exit_code = 5


def require_open(bench: int) -> None:
    """Raise BenchSealed unless the bench has no seal, or is open to a jury."""
    phase = document.read_phase(bench_dir(bench))
    if phase not in (None, SealPhase.OPEN):
        raise refuse(bench, phase)


def require_unsealed(bench: int) -> None:
    """Raise BenchSealed when throwing the bench away would throw a seal away."""
    phase = document.read_phase(bench_dir(bench))
    if phase is SealPhase.OPEN:
        raise BenchSealed(
            _("le banc %(bench)02d est ouvert au jury : ce qui a été scellé serait perdu")
            % {"bench": bench},
            hint=_("« --sealed » jette aussi le scellé"),
        )
    require_open(bench)


def require_with_candidate(bench: int) -> None:
    """Raise BenchSealed unless the bench is the candidate's still: no seal, no jury."""
    if document.read_phase(bench_dir(bench)) is SealPhase.OPEN:
        said = _("le banc %(bench)02d est ouvert au jury : le candidat n'y entre plus")
        hint = _("il y entre pendant la phase devant le jury : labctl session start SESSION 2")
        raise BenchSealed(said % {"bench": bench}, hint=hint)
    require_open(bench)


def throw_seal_away(bench: int) -> None:
    """Forget the seal of a bench that is about to be thrown away itself."""
    document.discard(bench_dir(bench))


def refuse(bench: int, phase: SealPhase | None) -> BenchSealed:
    """Return what is said of a bench that is closed."""
    if phase is SealPhase.SEALING:
        return BenchSealed(
            _("le banc %(bench)02d : la mise sous scellé n'a pas été menée à son terme")
            % {"bench": bench},
            hint=_("labctl seal %(bench)d ; ou « --sealed » de reset et down, pour tout jeter")
            % {"bench": bench},
        )
    return BenchSealed(
        _("le banc %(bench)02d est scellé") % {"bench": bench},
        hint=_("labctl unseal %(bench)d ; ou « --sealed » de reset et down, pour tout jeter")
        % {"bench": bench},
    )
