"""Remove what a session left, when it need not be kept any more; a certificate stays."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from labctl.core.clock import timestamp
from labctl.core.errors import RuleRefused, StoreError
from labctl.core.i18n import _
from labctl.core.paths import runs_dir, state_dir
from labctl.core.store import read_json, remove, sync_folder, write_json
from labctl.pipeline.journal import read_state, session_dir, sessions_dir
from labctl.pipeline.runs import find_runs

SCHEMA = "labctl/purge-certificate/v1"
CERTIFICATES = "certificats"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was removed of a session: no name of a candidate, no content.

    ``ended_at`` is empty while the removal is not over. ``runs`` are paths below that of the runs.
    """

    session: str
    day: str
    kept_until: str
    by: str
    begun_at: str
    ended_at: str
    head: str
    archives: tuple[str, ...]
    runs: tuple[str, ...]
    files: int
    bytes: int


def purge(session: str, after: date | None, by: str, *, dry_run: bool) -> tuple[Certificate, Path]:
    """Remove the folder and the runs of a session; return the certificate and where it is.

    RuleRefused before the day until which they are kept (``after``; by default that of the
    session), and for a session that is not closed and archived. A purge that was killed is
    continued.
    """
    certificate = _find_unfinished(session) or _begin(session, after, by)
    path = _folder() / f"{session}-{certificate.head[:12]}.json"
    if dry_run:
        return certificate, path
    write_json(path, {"schema": SCHEMA, **asdict(certificate)})
    for name in certificate.runs:
        remove(runs_dir() / name)
    remove(session_dir(session))
    sync_folder(sessions_dir())
    done = replace(certificate, ended_at=timestamp())
    write_json(path, {"schema": SCHEMA, **asdict(done)})
    return done, path


def _folder() -> Path:
    return state_dir() / CERTIFICATES


def _find_unfinished(session: str) -> Certificate | None:
    """Return the certificate of a purge that was not brought to its end, None without one."""
    for path in sorted(_folder().glob(f"{session}-*.json")):
        document = read_json(path)
        try:
            certificate = _read(document)
        except (KeyError, TypeError, AttributeError) as exc:
            said = _("« %(path)s » n'est pas un certificat de suppression") % {"path": path}
            raise StoreError(said) from exc
        if certificate.session == session and not certificate.ended_at:
            return certificate
    return None


def _read(document: Any) -> Certificate:
    values = {name: value for name, value in document.items() if name != "schema"}
    return Certificate(
        **{**values, "runs": tuple(values["runs"]), "archives": tuple(values["archives"])}
    )


def _begin(session: str, after: date | None, by: str) -> Certificate:
    state = read_state(session)
    if not state.closed or not state.archived:
        step = "archive" if state.closed else "close"
        said = _("la session n'est pas close et archivée")
        raise RuleRefused(said, hint=f"labctl session {step} {session}")
    until = after or date.fromisoformat(state.opening.keep_until)
    if datetime.now(UTC).astimezone().date() <= until:  # a day of this place, as the session's
        raise RuleRefused(
            _("à conserver jusqu'au %(day)s") % {"day": until.isoformat()},
            hint=_("--after DATE : une autre date de fin de conservation, que le centre a fixée"),
        )
    runs = [run for bench in state.benches for run in find_runs(session, bench)]
    roots = (*runs, session_dir(session))
    sizes = [path.lstat().st_size for root in roots for path in _files(root)]
    return Certificate(
        session=session,
        day=state.opening.day,
        kept_until=until.isoformat(),
        by=by,
        begun_at=timestamp(),
        ended_at="",
        head=state.head,
        archives=state.archived,
        runs=tuple(str(run.relative_to(runs_dir())) for run in runs),
        files=len(sizes),
        bytes=sum(sizes),
    )


def _files(root: Path) -> Iterator[Path]:
    yield from (path for path in root.rglob("*") if not path.is_dir() or path.is_symlink())
