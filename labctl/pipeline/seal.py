"""Seal benches for their jury, and open what was sealed: phases, manifest, signature."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labctl.core.author import name_author
from labctl.core.deadline import Deadline
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import BenchId
from labctl.core.paths import state_dir
from labctl.core.plain import to_plain
from labctl.core.progress import Report, silent
from labctl.core.regular import read_regular
from labctl.core.store import lock
from labctl.core.verdict import ExamStamp
from labctl.pipeline.incident_book import require_no_incident, retire_book
from labctl.pipeline.journal import find_stamp, note_seals, refuse_running
from labctl.pipeline.lifecycle import LOOK_S, budget_of, run_orders
from labctl.pipeline.order import Order
from labctl.pipeline.outcome import Outcome, Step
from labctl.pipeline.place import Place, bench_dir, lock_path
from labctl.pipeline.remote import place_work
from labctl.pipeline.sealed import refuse
from labctl.providers.base import Sealer
from labctl.providers.parts import load_sealer
from labctl.seal import document, signature
from labctl.seal.document import SealPhase
from labctl.seal.manifest import Manifest, describe

MOST_SIGNERS = 64 * 1024
"""Bytes of a file of public keys."""
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
    stamp: Mapping[str, Any] | None = None  # where in an exam it is laid

    @property
    def folder(self) -> Path:
        """Return the folder of the bench."""
        return bench_dir(self.bench)

    def read(self) -> Manifest:
        """Return what the bench is now, every byte of it read."""
        self.report(_("empreinte de chaque fichier"))
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        subject = self.sealer.subject(BenchId(self.bench))
        now = describe(self.bench, self.provider, at, subject, self.deadline)
        return replace(now, stamp=self.stamp)


def seal(
    place: Place, benches: Sequence[int], step: Step, by: str = ""
) -> dict[int, Outcome[Sealed]]:
    """Close benches, one more time those that a jury opened.

    The journal of their session says so; RuleRefused while the clock of one of them runs.
    """
    signature.ensure_key(keys_dir())
    stamps = {bench: find_stamp(bench) for bench in benches}
    refuse_running(stamps)
    outcomes = _run(place, benches, step, "seal", stamps=stamps)
    note_seals(_fingerprints(outcomes), by or name_author(), "seal")
    return outcomes


def seal_on(order: Order, report: Report) -> Sealed:
    """Close one bench with the key of the machine that carries it."""
    return _act(order, report, partial(seal_bench, key=signature.ensure_key(keys_dir())))


def unseal(
    place: Place, benches: Sequence[int], signers: str, step: Step, by: str = ""
) -> dict[int, Outcome[Sealed]]:
    """Verify seals and open the benches to a jury, above what was sealed.

    ``signers`` is the text of a file of allowed signers, empty for the key that sealed there.
    """
    outcomes = _run(place, benches, step, "unseal", signers=signers)
    note_seals(_fingerprints(outcomes), by or name_author(), "unseal")
    return outcomes


def _fingerprints(outcomes: Mapping[int, Outcome[Sealed]]) -> dict[int, str]:
    return {bench: one.value.fingerprint for bench, one in outcomes.items() if one.value}


def unseal_on(order: Order, report: Report) -> Sealed:
    """Verify the seal of one bench and open it."""
    with _signers(order.options["signers"]) as signers:
        return _act(order, report, partial(unseal_bench, signers=signers))


def verify(
    place: Place, benches: Sequence[int], signers: str, step: Step
) -> dict[int, Outcome[Sealed]]:
    """Verify seals and leave the benches closed."""
    return _run(place, benches, step, "verify", signers=signers)


def verify_on(order: Order, report: Report) -> Sealed:
    """Verify the seal of one bench."""
    with _signers(order.options["signers"]) as signers:
        return _act(order, report, partial(verify_bench, signers=signers))


def seal_bench(work: Work, key: Path) -> Sealed:
    """Close a bench: from the first line on, nothing but this opens it again.

    What was sealed once is verified, never sealed anew: a jury leaves its copy, and the seal holds.
    """
    bench = BenchId(work.bench)
    was = document.read_phase(work.folder)
    if was is None:
        work.sealer.subject(bench)  # refuses what was never built, before anything changes
        require_no_incident(work.bench)
    else:
        retire_book(work.bench)  # with the copy of the jury
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


def read_signers(path: Path | None) -> str:
    """Return the text of the file that says whose signature counts, "" for no file."""
    if path is None:
        return ""
    try:
        return read_regular(path, MOST_SIGNERS).decode().replace("\r", "")
    except (OSError, UnicodeError) as exc:
        raise _no_signers(path) from exc


@contextmanager
def _signers(text: str) -> Iterator[Path]:
    """Give the file that says whose signature counts: of this text, or of the key of here."""
    own = keys_dir() / signature.SIGNERS
    if not text:
        if not own.is_file():
            raise _no_signers(own)
        yield own
        return
    with TemporaryDirectory() as folder:
        given = Path(folder, signature.SIGNERS)
        given.write_text(text, encoding="utf-8")
        yield given


def _no_signers(path: Path) -> UsageError:
    return UsageError(
        _("la clé publique des scellés manque : « %(file)s »") % {"file": path},
        hint=_("--signers FICHIER, avec ce que « labctl seal --public-key » a écrit"),
    )


def keys_dir() -> Path:
    """Return the folder of the centre's key."""
    return state_dir() / "seal"


def allowed_signers(place: Place) -> str:
    """Return the public keys of the centre, a line each as a file of allowed signers has it.

    A bench is sealed with the key of the machine that carries it: one for each host of the room.
    """
    lines = {tell_signers(Order("signers", 0, (), LOOK_S), silent)}
    for plan in place.one_plan_per_host():
        lines.add(place_work(Order("signers", 0, (plan,), LOOK_S))(silent))
    return "".join(sorted(lines))


def tell_signers(_order: Order, _report: Report) -> str:
    """Return the public key of this machine."""
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
    place: Place,
    benches: Sequence[int],
    step: Step,
    act: str,
    stamps: Mapping[int, ExamStamp | None] | None = None,
    **options: object,
) -> dict[int, Outcome[Sealed]]:
    orders = []
    for bench in benches:
        plan = place.plan(bench)
        budget = budget_of(plan)
        limit_s = budget.seal_s if act == "seal" else budget.unseal_s
        stamp = to_plain((stamps or {}).get(bench))
        orders.append(Order(act, bench, (plan,), limit_s, options={**options, "session": stamp}))
    return run_orders(orders, step, workers=WORKERS)


def _act(order: Order, report: Report, act: Callable[[Work], Sealed]) -> Sealed:
    provider = order.plan.provider
    with lock(lock_path(order.bench), f"labctl {order.act}"):
        limit = Deadline.after(order.limit_s)
        stamp = order.options.get("session")
        done = act(Work(order.bench, provider, load_sealer(provider), report, limit, stamp))
        return replace(done, elapsed_s=order.limit_s - limit.remaining_s())
