"""What was handed in, asked like a machine is: one answer for each document that is asked for.

The body of a question is ``{"name": …}``, the name that the subject gives. A document of the same
name with another suffix is taken for it: who has no LibreOffice writes another format. It was
handed in at the way in of the bench, or else put on a shelf, a folder of one of its machines: that
is looked at for what the way in has not. The answer is JSON, ``{"found": name, "modified_at",
"kind", "pages", "rows", "counts"}``; ``{}``: not handed in.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from labctl.connect.base import Answer, Question
from labctl.connect.depot.reading import MOST_BYTES, read
from labctl.connect.depot.shelf import OpenShelf
from labctl.connect.trouble import Stopwatch, explain, refuse
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, CommandTimeout, ConnectError
from labctl.core.handed import Document, find_document
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved

READING_S = 10.0
"""What looking at the shelf must leave of the time, for reading what was there."""


class DepotSession:
    """One look at what was handed in: at the way in (None: there is none), and on a shelf."""

    def __init__(
        self, documents: Sequence[Document] | None, shelf: OpenShelf | None = None
    ) -> None:
        self._documents = documents
        self._shelf = shelf
        self.taken: tuple[Document, ...] = ()

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Read the documents that are asked for; one answer each, never an exception.

        ``taken`` are then those that were on the shelf.
        """
        if self._documents is None and self._shelf is None:
            closed = _("ce banc n'a pas d'entrée : le jury lit lui-même les documents")
            return refuse(questions, Unobserved(Reason.UNREACHABLE, closed))
        watch = Stopwatch()
        names = [str(one.body["name"]) for one in questions]
        gate = {name: find_document(self._documents or (), name) for name in names}
        missing = [name for name in names if gate[name] is None]
        try:
            said = dict(read([one for one in gate.values() if one], deadline))
            # Only then: a file server that hangs must not cost what lies at the way in.
            shelved, missed = self._look_on_shelf(missing, deadline.before(READING_S))
            self.taken = tuple(one for one in shelved if len(one.content) < MOST_BYTES)
            said |= read(shelved, deadline)
        except (CommandTimeout, CommandError) as exc:
            reason = Reason.TIMEOUT if isinstance(exc, CommandTimeout) else Reason.PROTOCOL
            late = Unobserved(reason, _("les documents remis n'ont pas pu être lus"))
            return refuse(questions, late)
        wanted = [gate[name] or find_document(shelved, name) for name in names]
        answers = []
        for one, found in zip(questions, wanted, strict=True):
            blank = Answer(one, b"", None, None, watch.started_at, watch.elapsed_s())
            if found is None and missed is not None:  # it may be on the shelf
                answers.append(replace(blank, trouble=missed))
            else:
                answers.append(_answer(blank, found, said))
        return tuple(answers)

    def close(self) -> None:
        """Close the shelf; the other documents were taken before."""
        if self._shelf is not None:
            self._shelf.close()

    def _look_on_shelf(
        self, names: Sequence[str], deadline: Deadline
    ) -> tuple[tuple[Document, ...], Unobserved | None]:
        """Return what is on the shelf under these names, or why that is not known."""
        if self._shelf is None or not names:
            return (), None
        try:
            return self._shelf.take(names, MOST_BYTES, deadline), None
        except ConnectError as exc:
            return (), explain(exc)


def _answer(answer: Answer, found: Document | None, read: Mapping[str, object]) -> Answer:
    if found is None:
        return replace(answer, output=b"{}")
    said = read.get(found.name)
    if not isinstance(said, dict):
        large = Unobserved(Reason.OUTPUT_LIMIT, _("le fichier est trop gros"))
        return replace(answer, trouble=large)
    if "reason" in said:
        return replace(answer, trouble=Unobserved(Reason(said["reason"]), str(said["detail"])))
    told = {**said, "found": found.name, "modified_at": found.modified_at}
    return replace(answer, output=json.dumps(told, ensure_ascii=False, sort_keys=True).encode())
