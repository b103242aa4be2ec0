"""The directory over LDAPS: one connection, authority verified, referrals never followed.

A question is ``{"base", "scope", "filter", "attributes"}`` with scope ``base``, ``one`` or
``sub``, and optionally ``"deleted": True`` (tombstones too) and ``"sd_flags": int`` (parts of
nTSecurityDescriptor). Its answer is ``{"entries": [{"dn": …, "attributes": {name: [texts]}}]}``,
sorted by DN: objectGUID is a UUID, SIDs are ``S-1-5-…``, replPropertyMetaData and
nTSecurityDescriptor are base64; any other attribute that is not UTF-8 text is called
``name;base64``. The exit code is the LDAP result: 0, or 32 when the base does not exist; any other
is trouble.
"""

import base64
import json
import struct
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]  # comes with ldap3

from labctl.connect.base import Answer, Endpoint, Question
from labctl.connect.guard import GuardedSocket
from labctl.connect.ldap.stream import MessageReader
from labctl.connect.tls import TlsStream, open_tls
from labctl.connect.trouble import Stopwatch, explain, refuse
from labctl.connect.vantage import connect_from
from labctl.core.deadline import OUTPUT_CAP_BYTES, Deadline
from labctl.core.errors import AuthenticationRefused, ConnectError, OutputLimit
from labctl.core.i18n import _
from labctl.core.secrets import Secret

CONNECT_BUDGET_S = 8.0
_BIND_CAP_BYTES = 64 << 10
_PAGE = 500
_MOST_EMPTY_PAGES = 20
_SUCCESS, _NO_SUCH_OBJECT = 0, 32
_CONTEXT = "defaultNamingContext"
_SHOW_DELETED = "1.2.840.113556.1.4.417"
_SD_FLAGS = "1.2.840.113556.1.4.801"
_SCOPES = {"base": ldap3.BASE, "one": ldap3.LEVEL, "sub": ldap3.SUBTREE}
_BINARY = frozenset({"replpropertymetadata", "ntsecuritydescriptor"})
_SIDS = frozenset({"objectsid", "sidhistory", "securityidentifier", "tokengroups"})
# What the library lets out on what a hostile peer sends; its decoder checks very little.
_BROKEN = (
    LDAPException, PyAsn1Error, OSError, EOFError, ValueError, IndexError, KeyError, TypeError,
    AttributeError, struct.error, RecursionError, OverflowError, MemoryError,
)  # fmt: skip


def open_ldap(endpoint: Endpoint, deadline: Deadline) -> "LdapSession":
    """Open the one connection of a visit and bind.

    Raises Unreachable, ConnectTimeout, HostIdentityError (the password was not sent then),
    AuthenticationRefused, or ConnectError when the peer speaks no LDAP.
    """
    password = read_password(endpoint.credential)
    sock = connect_from(
        endpoint.vantage, endpoint.address, endpoint.port, deadline.within(CONNECT_BUDGET_S)
    )
    guard = GuardedSocket(sock, deadline, _BIND_CAP_BYTES)
    try:
        stream = open_tls(guard, endpoint.trust, endpoint.server_name)
        session = LdapSession(_adopt(endpoint, password, stream), guard)
        session.bind(endpoint.account)
    except ConnectError:
        guard.close()
        raise
    return session


def has_root(endpoint: Endpoint, deadline: Deadline) -> bool:
    """Tell whether a directory gives its root entry to anyone (RFC 4512, 5.1).

    Its certificate must come from the authority of the endpoint; no account is needed. Raises
    ConnectError when nothing answers, or when what answers speaks no LDAP.
    """
    sock = connect_from(endpoint.vantage, endpoint.address, endpoint.port, deadline)
    with closing(GuardedSocket(sock, deadline, _BIND_CAP_BYTES)) as guard:
        stream = open_tls(guard, endpoint.trust, endpoint.server_name)
        session = LdapSession(_adopt(endpoint, None, stream), guard)
        session.open()
        body: dict[str, object] = {
            "base": "", "scope": "base", "filter": "(objectClass=*)", "attributes": (_CONTEXT,)
        }  # fmt: skip
        question = Question(endpoint.node, endpoint.transport, "", body)
        _code, entries = session.search(question, deadline)
    return any(entry["attributes"].get(_CONTEXT) for entry in entries)


def read_password(path: str) -> Secret:
    """Return the one password a file holds; an empty one would be an anonymous bind."""
    try:
        value = Path(path).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, ValueError) as exc:
        raise ConnectError(_("mot de passe illisible : %s") % path) from exc
    if not value:
        raise ConnectError(_("mot de passe vide : %s") % path)
    return Secret(value)


def _adopt(endpoint: Endpoint, password: Secret | None, stream: TlsStream) -> Any:
    """Return the library's connection over our stream, which has its deadline and cap.

    Without a password nobody is named: the connection is anonymous.
    """
    server = ldap3.Server(
        endpoint.address, endpoint.port, get_info=ldap3.NONE, allowed_referral_hosts=[]
    )
    connection = ldap3.Connection(
        server,
        endpoint.account if password else None,
        password.reveal() if password else None,
        authentication=ldap3.SIMPLE if password else ldap3.ANONYMOUS,
        client_strategy=ldap3.SYNC,
        auto_referrals=False,
        check_names=False,
        return_empty_attributes=False,
    )

    def open_socket(*_address: object, **_options: object) -> None:
        connection.socket = stream
        connection.closed = False

    connection.strategy._open_socket = open_socket  # the library has no hook
    connection.strategy.receiving = MessageReader(stream).read
    return connection


class LdapSession:
    """One bound connection: questions (``ask``), and the changes that twins and faults need."""

    def __init__(self, connection: Any, guard: GuardedSocket) -> None:
        self._connection = connection
        self._guard = guard

    def open(self) -> None:
        """Open the library's side; ConnectError when it cannot be."""
        try:
            self._connection.open(read_server_info=False)
        except _BROKEN as exc:
            raise self._broken(exc) from exc

    def bind(self, account: str) -> None:
        """Open the library's side and say who we are."""
        self.open()
        try:
            is_bound = self._connection.bind(read_server_info=False)
        except _BROKEN as exc:
            raise self._broken(exc) from exc
        if not is_bound:
            raise AuthenticationRefused(
                _("l’annuaire refuse le compte %(name)s (%(why)s)")
                % {"name": account, "why": self._connection.result.get("description", "?")}
            )

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Ask one search after the other; a broken connection costs the rest."""
        answers: list[Answer] = []
        for question in questions:
            if self._guard.has_ended:
                trouble = explain(self._broken(EOFError()))
                return (*answers, *refuse(questions[len(answers) :], trouble))
            answers.append(self._ask_one(question, deadline))
        return tuple(answers)

    def search(self, question: Question, deadline: Deadline) -> tuple[int, list[dict[str, Any]]]:
        """Return the result code and the entries of a search; ConnectError when it broke."""
        own = deadline.within(question.timeout_s)
        self._guard.allow(2 * question.cap_bytes, own)
        entries: list[dict[str, Any]] = []
        cookie: object = None
        size = empty = 0
        while True:
            code, page, cookie = self._read_page(question.body, cookie)
            entries += page
            empty = 0 if page else empty + 1
            if empty > _MOST_EMPTY_PAGES:
                raise OutputLimit(_("énumération sans fin"))
            size += sum(len(json.dumps(entry)) for entry in page)
            if size > question.cap_bytes:
                raise OutputLimit(_("réponse plus longue que permis"))
            if not cookie or code != _SUCCESS:
                return code, sorted(entries, key=lambda entry: str(entry["dn"]))

    def add(self, dn: str, attributes: Mapping[str, object], deadline: Deadline) -> None:
        """Create an entry; ConnectError names the refusal."""
        self._change(deadline, "add", dn, None, dict(attributes))

    def modify(
        self, dn: str, changes: Iterable[tuple[str, str, Sequence[object]]], deadline: Deadline
    ) -> None:
        """Change an entry: (attribute, ``add``/``delete``/``replace``, values)."""
        by_name: dict[str, list[tuple[str, list[object]]]] = {}
        for name, act, values in changes:
            by_name.setdefault(name, []).append((f"MODIFY_{act.upper()}", list(values)))
        self._change(deadline, "modify", dn, by_name)

    def delete(self, dn: str, deadline: Deadline) -> None:
        """Delete an entry; succeeds when it is already gone."""
        self._change(deadline, "delete", dn, also=_NO_SUCH_OBJECT)

    def close(self) -> None:
        """Close the connection; succeeds when it is already gone."""
        self._guard.close()

    def _ask_one(self, question: Question, deadline: Deadline) -> Answer:
        watch, code, output, trouble = Stopwatch(), None, b"", None
        try:
            code, entries = self.search(question, deadline)
            output = json.dumps({"entries": entries}, ensure_ascii=False).encode()
            if code not in {_SUCCESS, _NO_SUCH_OBJECT}:
                trouble = explain(self._refusal(question.text))
        except ConnectError as exc:
            trouble = explain(exc)
        return Answer(question, output, code, trouble, watch.started_at, watch.elapsed_s())

    def _read_page(
        self, body: Mapping[str, Any], cookie: object
    ) -> tuple[int, list[dict[str, Any]], object]:
        try:
            self._connection.search(
                body["base"],
                body["filter"],
                _SCOPES[body["scope"]],
                attributes=list(body["attributes"]),
                controls=_controls(body),
                paged_size=_PAGE if body["scope"] != "base" else None,
                paged_cookie=cookie,
            )
            result = self._connection.result
            if result["type"] != "searchResDone":
                raise ValueError(result["type"])
            found = self._connection.response or []
            page = [_entry(item) for item in found if item["type"] == "searchResEntry"]
            controls = result.get("controls") or {}
            paging = controls.get("1.2.840.113556.1.4.319") or {}
            cookie = (paging.get("value") or {}).get("cookie")
            return int(result["result"]), page, cookie
        except _BROKEN as exc:
            raise self._broken(exc) from exc

    def _change(self, deadline: Deadline, act: str, *arguments: object, also: int = 0) -> None:
        self._guard.allow(OUTPUT_CAP_BYTES, deadline)
        try:
            getattr(self._connection, act)(*arguments)
            code = int(self._connection.result["result"])
        except _BROKEN as exc:
            raise self._broken(exc) from exc
        if code not in {_SUCCESS, also}:
            raise self._refusal(f"{act} {arguments[0]}")

    def _refusal(self, what: str) -> ConnectError:
        result = self._connection.result
        values = {"what": what, "why": f"{result.get('description')} {result.get('message')}"}
        return ConnectError(_("l’annuaire refuse : %(what)s (%(why)s)") % values)

    def _broken(self, error: BaseException) -> ConnectError:
        if self._guard.error is not None:
            return self._guard.error
        self._guard.close()  # the library's state is unknown: this connection is done for
        values = {"kind": type(error).__name__}
        return ConnectError(_("conversation LDAP rompue (%(kind)s)") % values)


def _controls(body: Mapping[str, Any]) -> list[tuple[str, bool, bytes | None]] | None:
    controls: list[tuple[str, bool, bytes | None]] = []
    if body.get("deleted"):
        controls.append((_SHOW_DELETED, True, None))
    if "sd_flags" in body:
        controls.append((_SD_FLAGS, True, bytes((0x30, 0x03, 0x02, 0x01, int(body["sd_flags"])))))
    return controls or None


def _entry(item: Mapping[str, Any]) -> dict[str, Any]:
    attributes: dict[str, list[str]] = {}
    for name, values in item["raw_attributes"].items():
        key, texts = render_attribute(str(name), [bytes(value) for value in values])
        attributes[key] = texts
    return {"dn": str(item["dn"]), "attributes": attributes}


def render_attribute(name: str, values: Sequence[bytes]) -> tuple[str, list[str]]:
    """Return an attribute as text, its name marked when it had to be base64."""
    try:
        if name.lower() == "objectguid":
            return name, [str(uuid.UUID(bytes_le=value)) for value in values]
        if name.lower() in _SIDS:
            return name, [_sid(value) for value in values]
        if name.lower() in _BINARY:
            return name, [base64.b64encode(value).decode() for value in values]
        return name, [value.decode() for value in values]
    except (ValueError, IndexError, struct.error):
        return f"{name};base64", [base64.b64encode(value).decode() for value in values]


def _sid(raw: bytes) -> str:
    revision, count = raw[0], raw[1]
    if len(raw) != 8 + 4 * count:
        raise ValueError("not a SID")
    parts = struct.unpack(f"<{count}I", raw[8:])
    return "-".join(str(part) for part in ("S", revision, int.from_bytes(raw[2:8], "big"), *parts))
