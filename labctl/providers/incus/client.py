"""The REST API of Incus: requests, and operations that are awaited to their end.

Incus answers a change with an operation that runs in the background ("Main API specification",
"Background operations", in its documentation). Measured on a cluster of Debian's Incus 6.0:
``wait`` may answer at once that the operation still runs when another member carries it, and with
an error and no metadata when its own timeout is over. Only the operation's own status counts.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import quote, urlencode

from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import ProviderError
from labctl.core.i18n import _
from labctl.core.untrusted import one_line
from labctl.core.wait import until
from labctl.providers.incus.link import Identity, Link, Reply, Server, open_link

NOT_FOUND = 404
_FIRST_FINAL, _SUCCESS = 200, 200  # status codes of an operation; below, it runs
_FIRST_ERROR = 400  # of HTTP
_WAIT_S = 5.0
"""How long one ``wait`` may take: a member that dies meanwhile is noticed."""
_ANSWER_S = 2.0
"""How long a slow member may take to answer after that."""
_PAUSE_S = 0.1
_REQUEST_S = 120.0
"""How long one answer may take, that to a file apart: what takes longer goes on as an operation."""
_IDLE_S = 20.0
"""How long a connection may rest: Incus closes one that rests for 30 s, while an image is made."""
_LAST_LOOK_S = 0.5
"""Left of the deadline for the last look at an operation: that it still runs is then known."""
_FILES_S = 10.0
_FILES_ENDED = b"forkfile.sock: connect:"
"""What Incus 6.0 says of a machine's files when its program that serves them ended just then."""
_JSON = {"Content-Type": "application/json"}


class Refused(ProviderError):
    """Incus refused a request, or an operation failed; ``code`` is the status that it gave."""

    def __init__(self, message: str, code: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class Forgotten(Refused):
    """An operation is over, and nobody knows any more what it came to.

    A member that is asked for an operation of another one forgets it when it ends: one that ends
    before it is waited for was seen to be unknown.
    """


def locate(*parts: str, **query: str) -> str:
    """Return the path of an object of the API, its names quoted."""
    path = "/".join(quote(part, safe="") for part in parts)
    return f"/1.0/{path}?{urlencode(query)}" if query else f"/1.0/{path}"


@contextmanager
def open_client(server: Server, identity: Identity, deadline: Deadline) -> Iterator["Client"]:
    """Open the API of a cluster that trusts labctl's certificate.

    Nothing but a question about itself is sent to a server that does not.
    """
    client = Client(server, identity, deadline)
    try:
        about = client.read("/1.0")
        if not isinstance(about, dict) or about.get("auth") != "trusted":
            said = _("le serveur Incus %(where)s ne connaît pas le certificat de labctl")
            hint = f"incus config trust add-certificate {identity.certificate.name}"
            raise ProviderError(said % {"where": server.where}, hint=hint)
        yield client
    finally:
        client.close()


class Client:
    """A server's API until the deadline; one connection, opened again after an error."""

    def __init__(self, server: Server, identity: Identity, deadline: Deadline) -> None:
        self._server = server
        self._identity = identity
        self.deadline = deadline
        self._link: Link | None = None
        self._used_at = deadline.remaining_s()  # seconds before the deadline

    @contextmanager
    def hurry(self, deadline: Deadline) -> Iterator["Client"]:
        """Give the same API on a connection of its own, until another deadline."""
        client = Client(self._server, self._identity, deadline)
        try:
            yield client
        finally:
            client.close()

    def read(self, path: str, *, cap: int = OUTPUT_CAP_BYTES) -> Any:
        """Return the metadata of an object; Refused with code 404 when there is none."""
        return _check(self._ask_json("GET", path, cap=cap)).get("metadata")

    def read_bytes(self, path: str, *, cap: int = OUTPUT_CAP_BYTES) -> bytes:
        """Return the content of a file."""
        reply = self._ask_file("GET", path, None, {}, cap)
        if reply.status >= _FIRST_ERROR:
            _check(_parse(reply))
        return reply.content

    def change(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Make a change and wait until it is done; return the metadata of the result."""
        content = None if body is None else json.dumps(body).encode()
        return self._finish(_check(self._ask_json(method, path, content)))

    def begin(self, path: str, body: Mapping[str, object]) -> tuple[str, Any]:
        """Begin a change that a person takes part in; return its operation and what that says."""
        document = _check(self._ask_json("POST", path, json.dumps(body).encode()))
        said = document.get("metadata")
        more = said.get("metadata") if isinstance(said, dict) else None
        return str(document.get("operation", "")), more

    def upload(self, path: str, content: bytes | IO[bytes], headers: Mapping[str, str]) -> Any:
        """Post a file and wait until it is taken; return the metadata of the result."""
        kind = {"Content-Type": "application/octet-stream"}
        reply = self._ask_file("POST", path, content, {**kind, **headers}, OUTPUT_CAP_BYTES)
        return self._finish(_check(_parse(reply)))

    def end(self, operation: str, title: str) -> Any:
        """Wait until an operation is over; return the metadata of its result."""

        def look() -> dict[str, Any] | None:
            status = self._look_at(operation, title)
            return status if status["status_code"] >= _FIRST_FINAL else None

        ended = until(look, self.deadline.before(_LAST_LOOK_S), every_s=_PAUSE_S)
        if ended is None:
            said = _("Incus : l'opération « %(title)s » tourne encore, le délai est écoulé")
            hint = f"incus operation show {operation.rpartition('/')[2]}"
            raise ProviderError(said % {"title": title}, hint=hint)
        if ended["status_code"] != _SUCCESS:
            why = one_line(str(ended.get("err", "")))
            said = _("Incus : l'opération « %(title)s » a échoué : %(why)s")
            raise Refused(said % {"title": title, "why": why}, ended["status_code"])
        return ended.get("metadata")

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _finish(self, document: Mapping[str, Any]) -> Any:
        """Return the result of a change: its own, or that of the operation it began."""
        if document.get("type") != "async":
            return document.get("metadata")
        operation = str(document.get("operation", ""))
        begun = document.get("metadata")
        title = begun.get("description", "") if isinstance(begun, dict) else ""
        return self.end(operation, one_line(str(title or operation)))

    def _look_at(self, operation: str, title: str) -> dict[str, Any]:
        """Return the status of an operation, after a wait for its end."""
        left = max(0.0, self.deadline.remaining_s() - _ANSWER_S)
        seconds = int(min(_WAIT_S, left))
        path, _mark, query = operation.partition("?")
        wait = "&".join(filter(None, (f"timeout={seconds}", query)))
        document = self._ask_json("GET", f"{path}/wait?{wait}")
        if _read_status(document) is None:
            document = self._ask_json("GET", operation)
        found = _read_status(document)
        if found is None:
            said = _("Incus ne dit pas ce qu'est devenue l'opération « %(title)s » : %(why)s")
            why = one_line(str(document.get("error") or "metadata: null"))
            code = document.get("error_code")
            kind = Forgotten if code == NOT_FOUND else Refused
            raise kind(said % {"title": title, "why": why}, code if type(code) is int else 0)
        return found

    def _ask_json(
        self, method: str, path: str, body: bytes | None = None, *, cap: int = OUTPUT_CAP_BYTES
    ) -> dict[str, Any]:
        limits = (cap, self.deadline.within(_REQUEST_S))
        return _parse(self._ask(method, path, body, _JSON, limits))

    def _ask_file(
        self,
        method: str,
        path: str,
        content: bytes | IO[bytes] | None,
        headers: Mapping[str, str],
        cap: int,
    ) -> Reply:
        """Ask for a file, or give one; again while nothing serves the files of its machine.

        Incus starts what does for each question, and it ends when nobody asks any more.
        """
        replies: list[Reply] = []

        def is_served() -> bool:
            replies[:] = [self._ask(method, path, content, headers, (cap, self.deadline))]
            return replies[0].status < _FIRST_ERROR or _FILES_ENDED not in replies[0].content

        until(is_served, self.deadline.within(_FILES_S), every_s=_PAUSE_S)
        return replies[0]

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None,
        headers: Mapping[str, str],
        limits: tuple[int, Deadline],
    ) -> Reply:
        if self._used_at - self.deadline.remaining_s() > _IDLE_S:
            self.close()
        if self._link is None or not self._link.is_open:
            self._link = open_link(self._server, self._identity, self.deadline)
        reply = self._link.ask(method, path, body, headers, limits)
        self._used_at = self.deadline.remaining_s()
        return reply


def _read_status(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the status of an operation, None when the answer holds none."""
    found = document.get("metadata")
    if isinstance(found, dict) and type(found.get("status_code")) is int:
        return found
    return None


def _parse(reply: Reply) -> dict[str, Any]:
    try:
        document = json.loads(reply.content)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        said = _("réponse d'Incus incompréhensible (HTTP %(status)d)")
        raise ProviderError(said % {"status": reply.status})
    return document


def _check(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document unless it is an error."""
    if document.get("type") == "error":
        code = document.get("error_code")
        why = one_line(str(document.get("error", "")))
        said = _("Incus refuse : %(why)s") % {"why": why}
        raise Refused(said, code if type(code) is int else 0)
    return document
