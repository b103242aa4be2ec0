"""Copies of the witness in the share of backups, read on the file server itself."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.backup.demand import Backup
from checks.directory.demand import Directory
from checks.shares.demand import Shares
from labctl.api import Answer, NotUnderstood, Plan, Probe, Question, Transport, _, read_json

PROGRAM = Path(__file__).parent.parent / "programs" / "on_server.py"
TIMEOUT_S = 40.0
"""The program opens no repository any more after 25 s."""


@dataclass(frozen=True, slots=True)
class SavedCopy:
    """The witness in a backup; ``place`` is below the share, ``sha256`` in lower case."""

    place: str
    sha256: str
    written: datetime


@dataclass(frozen=True, slots=True)
class SavedCopies:
    """Every copy of the witness, and what only its own program can open (images, .7z…).

    ``closed``: repositories that the password of the account does not open.
    """

    has_folder: bool
    copies: tuple[SavedCopy, ...]
    sealed: tuple[str, ...]
    closed: tuple[str, ...] = ()
    is_cut: bool = False  # there was more than is looked at


def ask(plan: Plan) -> tuple[Question, ...]:
    """Have the file server look into the folder of the share."""
    asked, program = plan.demand(Backup), PROGRAM.read_text("utf-8")
    argv = ("/usr/bin/python3", "-I", "-c", program, asked.share, asked.witness)
    services = plan.demand(Directory).service_accounts
    passwords = (one.password for one in services if one.name == asked.account)
    body: dict[str, object] = {"argv": argv, "stdin": tuple(filter(None, passwords))}
    text = f"{asked.witness} dans {asked.share}"
    return (Question(plan.demand(Shares).on, Transport.SSH, text, body, TIMEOUT_S),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> SavedCopies:
    """Read what it found."""
    (answer,) = answers
    seen: Any = read_json(answer)
    try:
        return SavedCopies(
            has_folder=seen["folder"] is True,
            copies=tuple(
                SavedCopy(str(place), str(sha256), datetime.fromtimestamp(float(written), UTC))
                for place, sha256, written in seen["copies"]
            ),
            sealed=tuple(str(one) for one in seen["sealed"]),
            closed=tuple(str(one) for one in seen["closed"]),
            is_cut=seen["cut"] is True,
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as exc:
        said = _("%(what)s : ce n'est pas le document du serveur de fichiers")
        raise NotUnderstood(said % {"what": answer.question.text}) from exc


PROBE = Probe(SavedCopies, ask, parse)
