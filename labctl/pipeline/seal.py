"""Seal benches for their jury, and open what was sealed: phases, manifest, signature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from labctl.core.deadline import Deadline
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.paths import state_dir
from labctl.core.progress import Report
from labctl.core.store import lock
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place, bench_dir, lock_path
from labctl.pipeline.sealed import refuse
from labctl.pipeline.workers import run_each
from labctl.providers.base import Sealer
from labctl.providers.registry import load_sealer
from labctl.seal import document, signature
from labctl.seal.document import SealPhase
from labctl.seal.manifest import Manifest, describe

SEAL_S, UNSEAL_S, GRACE_S = 300.0, 900.0, 5.0
"""Seconds a bench may take before it is given up, far above what it needs."""
WORKERS = 2
"""Reading every byte is bound by the processors."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A bench whose seal holds: what it vouches for, and the fingerprint for the minutes."""

    bench: int
    sealed_at: str
    fingerprint: str
    files: int
    bytes: int
    elapsed_s: float = 0.0
    trouble: str = ""  # unseal: what keeps a machine from being ready


@dataclass(frozen=True, slots=True)
class Work:
    """One act on the seal of one bench."""

    bench: int
    provider: str
    sealer: Sealer
    report: Report
    deadline: Deadline

    @property
    def folder(self) -> Path:
        """Return the folder of the bench."""
        return bench_dir(self.bench)

    def read(self) -> Manifest:
        """Return what the bench is now, every byte of it read."""
        self.report(_("empreinte de chaque fichier"))
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        subject = self.sealer.subject(BenchId(self.bench))
        return describe(self.bench, self.provider, at, subject, self.deadline)


@dataclass(frozen=True, slots=True)
class Verb:
    """What is done to each bench, by its name, within its limit."""

    name: str
    limit_s: float
    act: Callable[[Work], Sealed]


def seal(place: Place, benches: Sequence[int], step: Step) -> dict[int, Outcome[Sealed]]:
    """Close benches, one more time those that a jury opened."""
    key = signature.ensure_key(keys_dir())
    return _run(place, benches, step, Verb("seal", SEAL_S, partial(seal_bench, key=key)))


def unseal(
    place: Place, benches: Sequence[int], signers: Path, step: Step
) -> dict[int, Outcome[Sealed]]:
    """Verify seals and open the benches to a jury, above what was sealed."""
    act = partial(unseal_bench, signers=signers)
    return _run(place, benches, step, Verb("unseal", UNSEAL_S, act))


def verify(
    place: Place, benches: Sequence[int], signers: Path, step: Step
) -> dict[int, Outcome[Sealed]]:
    """Verify seals and leave the benches closed."""
    act = partial(verify_bench, signers=signers)
    return _run(place, benches, step, Verb("unseal", UNSEAL_S, act))


def seal_bench(work: Work, key: Path) -> Sealed:
    """Close a bench: from the first line on, nothing but this opens it again.

    What was sealed once is verified, never sealed anew: a jury leaves its copy, and the seal holds.
    """
    bench = BenchId(work.bench)
    was = document.read_phase(work.folder)
    if was is None:
        work.sealer.subject(bench)  # refuses what was never built, before anything changes
    if was is not SealPhase.SEALED:
        document.write_phase(work.folder, SealPhase.SEALING)
    work.sealer.close(bench, work.report, work.deadline)
    now = work.read()
    if was is SealPhase.SEALED or document.has_manifest(work.folder):
        done = _verified(work, now, key.parent / signature.SIGNERS)
    else:
        fingerprint = document.write(work.folder, now, key, work.deadline)
        done = _tell(work, now, fingerprint)
    document.write_phase(work.folder, SealPhase.SEALED)
    return done


def unseal_bench(work: Work, signers: Path) -> Sealed:
    """Verify a seal, then start the machines above what was sealed; open already: only verify."""
    verified = verify_bench(work, signers)
    if document.read_phase(work.folder) is SealPhase.OPEN:
        return verified
    document.write_phase(work.folder, SealPhase.OPENING)
    trouble = work.sealer.open(BenchId(work.bench), work.report, work.deadline)
    document.write_phase(work.folder, SealPhase.OPEN)
    return replace(verified, trouble=trouble)


def verify_bench(work: Work, signers: Path) -> Sealed:
    """Compare every byte with what was sealed; SealBroken names every change."""
    phase = document.read_phase(work.folder)
    if phase is None:
        raise UsageError(
            _("le banc %(bench)02d n'est pas scellé") % {"bench": work.bench},
            hint=f"labctl seal {work.bench}",
        )
    if phase is SealPhase.SEALING:
        raise refuse(work.bench, phase)
    return _verified(work, work.read(), signers)


def choose_signers(signers: Path | None) -> Path:
    """Return the file that says whose signature counts: the given one, or the centre's."""
    chosen = signers or keys_dir() / signature.SIGNERS
    if not chosen.is_file():
        raise UsageError(
            _("la clé publique des scellés manque : « %(file)s »") % {"file": chosen},
            hint=_("--signers FICHIER, avec ce que « labctl seal --public-key » a écrit"),
        )
    return chosen


def keys_dir() -> Path:
    """Return the folder of the centre's key."""
    return state_dir() / "seal"


def allowed_signers() -> str:
    """Return the public key of the centre, as a file of allowed signers has it."""
    return signature.allowed_signers(signature.ensure_key(keys_dir()))


def _verified(work: Work, now: Manifest, signers: Path) -> Sealed:
    work.report(_("vérification du scellé"))
    manifest, fingerprint = document.verify(work.folder, now, signers, work.deadline)
    return _tell(work, manifest, fingerprint)


def _tell(work: Work, manifest: Manifest, fingerprint: str) -> Sealed:
    return Sealed(
        bench=work.bench,
        sealed_at=manifest.sealed_at,
        fingerprint=fingerprint,
        files=manifest.count_files(),
        bytes=manifest.count_bytes(),
    )


def _run(
    place: Place, benches: Sequence[int], step: Step, verb: Verb
) -> dict[int, Outcome[Sealed]]:
    provider = place.room.document.provider

    def job(bench: int) -> Callable[[Report], Sealed]:
        def work(report: Report) -> Sealed:
            with lock(lock_path(bench), f"labctl {verb.name}"):
                limit = Deadline.after(verb.limit_s)
                done = verb.act(Work(bench, provider, load_sealer(provider), report, limit))
                return replace(done, elapsed_s=verb.limit_s - limit.remaining_s())

        return work

    jobs = {bench: job(bench) for bench in benches}
    deadline = Deadline.after(verb.limit_s * len(benches) + GRACE_S)
    return run_each(jobs, step, workers=WORKERS, deadline=deadline)
