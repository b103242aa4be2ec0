"""A Windows over WS-Management: CIM classes first, one script at most, on one warm connection.

What a question is and what its answer holds: see ``labctl.connect.base.Question``. A question only
reads: a connection that was dropped is made again once for it, client and all; a script is never
played twice. The machine's refusals are told apart by their codes (``wsman_fault``).
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from xml.etree import ElementTree as ET

from pypsrp.wsman import OptionSet, SelectorSet, WSManAction

from labctl.connect.base import Answer, Endpoint, Question
from labctl.connect.cim.question import (
    Keys,
    Method,
    Query,
    Script,
    parse_question,
    render_enumerate,
    render_input,
    render_pull,
    render_release,
)
from labctl.connect.cim.queue import Queue
from labctl.connect.cim.reader import Instance, read_items, read_object
from labctl.connect.cim.registry import CLASS, NAMESPACE, read_keys
from labctl.connect.cim.script import run_script
from labctl.connect.cim.wsman.client import Client
from labctl.connect.cim.wsman.fault import Absent
from labctl.connect.cim.wsman.link import LinkDropped, open_link
from labctl.connect.cim.wsman.xml import (
    ENUMERATION,
    WSMAN,
    body_of,
    local_name,
    text_of,
)
from labctl.connect.ldap.session import read_password
from labctl.connect.trouble import Stopwatch, explain, refuse
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError, ConnectTimeout, OutputLimit, Unreachable
from labctl.core.i18n import _
from labctl.core.verdict import Reason, Unobserved
from labctl.core.wait import until

_WIRE_PER_JSON = 8  # an answer is so much longer on the wire than in evidence
_MOST_PAGES = 200
_MOST_EMPTY_PAGES = 3
_MOST_INSTANCES = 5_000
_MOST_REBUILDS = 3
_LEAVING_S = 0.05
PILOTS = 3
"""Questions that are asked before others go beside them; they tell how slow the machine is."""
SLOW_S, LANES, CONNECTIONS = 0.15, 8, 2
"""From what time there and back on a line is slow, how many ask then, how often each connects.

A Windows serves one account 1,500 requests at once, 15 in its first WinRM 2.0 (Microsoft,
« Installation and configuration for Windows Remote Management », MaxConcurrentOperationsPerUser).
"""
LOGIN_S = 9.0
"""How long a greeting may take before another connection is tried."""
_RELEASE = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Release"


def open_winrm(endpoint: Endpoint, deadline: Deadline) -> "WinrmSession":
    """Open the one connection of a visit and say who we are.

    Raises Unreachable, ConnectTimeout, HostIdentityError (nothing secret was sent then),
    AuthenticationRefused, or ConnectError when the peer speaks no WS-Management.
    """
    session = WinrmSession(endpoint)
    session.connect(deadline)
    return session


class WinrmSession:
    """One client of one machine, made again when its connection was lost."""

    def __init__(self, endpoint: Endpoint, scripts: Iterator[int] | None = None) -> None:
        self._endpoint = endpoint
        self._scripts = scripts or count()
        self._password = read_password(endpoint.credential) if endpoint.credential else None
        self._client: Client | None = None
        self._rebuilds = 0
        self._posts = 0
        self._has_left = False

    @property
    def round_trips(self) -> int:
        """Return how many messages were posted."""
        return self._posts + (self._client.link.posts if self._client else 0)

    def connect(self, deadline: Deadline) -> Client:
        """Make the client anew; ConnectError when the machine cannot be reached any more."""
        self.close()
        link = open_link(self._endpoint, self._password, deadline)
        self._client = Client(link)
        return self._client

    def ask(self, questions: Sequence[Question], deadline: Deadline) -> tuple[Answer, ...]:
        """Ask one question after the other on the same connection, on several when it is slow."""
        self._rebuilds = 0
        order = sorted(range(len(questions)), key=lambda at: "script" not in questions[at].body)
        queue = Queue(questions, order)
        if not self._is_line_bad():
            self.ask_from(queue, deadline, most=PILOTS)
        fastest = min((answer.elapsed_s for answer in queue.answers.values()), default=0.0)
        if self._is_line_bad() or fastest > SLOW_S:
            self._ask_on_lanes(queue, deadline)
        else:
            self.ask_from(queue, deadline)
        return queue.finish(is_late=deadline.is_over())

    def ask_from(self, queue: Queue, deadline: Deadline, *, most: int | None = None) -> None:
        """Ask what is left, so many at most, until nothing is or the machine is lost."""
        while (most is None or len(queue.answers) < most) and not deadline.is_over():
            at = queue.take()
            if at is None:
                return
            answer = self._ask_one(queue.questions[at], deadline)
            is_cut = self._client is None or not self._client.link.is_open
            queue.put(at, answer, is_cut=is_cut)
            if self._client is None:  # it could not be made again: nor for the next question
                return

    def _is_line_bad(self) -> bool:
        """Tell whether the line is slow, or was lost."""
        return self._client is None or self._client.link.round_trip_s > SLOW_S

    def _ask_on_lanes(self, queue: Queue, deadline: Deadline) -> None:
        """Ask on several connections until all is answered, and keep one that is free then."""
        many = min(LANES, len(queue.questions))
        lanes = [WinrmSession(self._endpoint, self._scripts) for _one in range(many)]
        self._hand_over(lanes[0])
        threads = [lane.start(queue, deadline) for lane in lanes]
        until(lambda: queue.is_done or not any(one.is_alive() for one in threads), deadline)
        for lane, thread in zip(lanes, threads, strict=True):
            thread.join(_LEAVING_S)
            if thread.is_alive():
                lane.leave()
            elif self._client is None:
                lane._hand_over(self)
            lane.close()
            self._posts += lane.round_trips

    def start(self, queue: Queue, deadline: Deadline) -> threading.Thread:
        """Ask from a queue in a thread of its own, on one connection after the other."""

        def is_over() -> bool:
            return self._has_left or queue.is_done

        def must_go_on() -> bool:
            until(lambda: is_over() or queue.has_more, deadline)
            return not is_over() and not deadline.is_over()

        def work() -> None:
            for _connection in range(CONNECTIONS):
                with suppress(ConnectError):  # what it did not take, the others ask
                    if self._client is None and must_go_on():
                        self.connect(deadline.within(LOGIN_S))
                    while self._client is not None and must_go_on():
                        self.ask_from(queue, deadline)
            if self._has_left:
                self.close()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _hand_over(self, other: "WinrmSession") -> None:
        other._client, self._client = self._client, None

    def leave(self) -> None:
        """Cut the connection under whoever waits on it, for good."""
        self._has_left = True
        self.close()

    def close(self) -> None:
        """Close the connection; succeeds when it is already gone."""
        if self._client is not None:
            self._posts += self._client.link.posts
            self._client.link.close()
            self._client = None

    def _ask_one(self, question: Question, deadline: Deadline) -> Answer:
        watch, output, trouble = Stopwatch(), b"", None
        try:
            asked = parse_question(question.body)
        except (ValueError, TypeError) as exc:
            said = _("la question est mal posée (%(why)s)") % {"why": exc}
            return refuse((question,), Unobserved(Reason.SPEC, said))[0]
        try:
            found = self._answer(asked, question.cap_bytes, deadline.within(question.timeout_s))
            output = _spell(found)
            if len(output) > question.cap_bytes:
                output, trouble = b"", explain(OutputLimit(_("réponse plus longue que permis")))
        except Absent as exc:
            output = _spell({"absent": exc.message})
        except ConnectError as exc:
            trouble = explain(exc)
        return Answer(question, output, None, trouble, watch.started_at, watch.elapsed_s())

    def _answer(
        self, asked: Query | Method | Keys | Script, cap: int, deadline: Deadline
    ) -> dict[str, object]:
        """Ask, once more on a new connection when the old one was dropped while reading."""
        client = self._ready(deadline)
        client.give(deadline, _WIRE_PER_JSON * cap)
        if isinstance(asked, Script):
            return self._play(client, asked, cap)
        try:
            return _read(client, asked)
        except LinkDropped:
            client = self._ready(deadline)
            client.give(deadline, _WIRE_PER_JSON * cap)
            return _read(client, asked)

    def _ready(self, deadline: Deadline) -> Client:
        """Return the client, made anew when its connection is over: not for ever."""
        if self._client is not None and self._client.link.is_open:
            return self._client
        if self._has_left or self._rebuilds >= _MOST_REBUILDS:
            self.close()
            raise ConnectError(_("la machine coupe chaque connexion"))
        self._rebuilds += 1
        try:
            return self.connect(deadline)
        except Unreachable as exc:
            if deadline.is_over():  # it was there before: this is no time to connect in
                raise ConnectTimeout(_("la machine n’a pas répondu à temps")) from exc
            raise

    def _play(self, client: Client, script: Script, cap: int) -> dict[str, object]:
        if next(self._scripts) > 0:
            raise ConnectError(_("un seul script par visite est permis"))
        return {"result": run_script(client, script.text, cap)}


def _spell(found: Mapping[str, object]) -> bytes:
    """Return an answer as JSON; half a character, which is no text, becomes its escape."""
    try:
        return json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace")
    except RecursionError as exc:
        raise OutputLimit(_("réponse trop riche : plus d’éléments que permis")) from exc


def _read(client: Client, asked: Query | Method | Keys) -> dict[str, object]:
    if isinstance(asked, Query) and asked.selectors is not None:
        return {"instances": [_get(client, asked, asked.selectors)]}
    if isinstance(asked, Query):
        return {"instances": [one for page in _enumerate(client, asked) for one in page]}
    if isinstance(asked, Keys):
        return {"keys": read_keys(asked.hive, asked.path, asked.values, _registry(client))}
    return {"result": _invoke(client, asked)}


def _registry(client: Client) -> Callable[[str, dict[str, object]], Instance]:
    """Return how a method of the registry's provider is called."""
    return lambda name, arguments: _invoke(client, Method(NAMESPACE, CLASS, name, {}, arguments))


def _invoke(client: Client, asked: Method) -> Instance:
    action, selectors = f"{asked.uri}/{asked.name}", _selectors(asked.selectors)
    envelope = client.invoke(action, asked.uri, render_input(asked), selector_set=selectors)
    result = body_of(envelope)
    if local_name(result) != f"{asked.name}_OUTPUT":
        raise ConnectError(_("réponse à une autre question"))
    return read_object(result, f"{asked.class_name}.{asked.name}")


def _get(client: Client, query: Query, selectors: Mapping[str, str]) -> Instance:
    options = _options(query.options)
    envelope = client.invoke(
        WSManAction.GET, query.uri, None, option_set=options, selector_set=_selectors(selectors)
    )
    return read_items([body_of(envelope)], query.class_name, query.properties)[0]


def _enumerate(client: Client, query: Query) -> Iterator[list[Instance]]:
    """Yield the pages of a query, and give the rest up when one of them will not do."""
    options = _options(query.options)
    action, body, context = WSManAction.ENUMERATE, render_enumerate(query), ""
    count = empty = 0
    for _page in range(_MOST_PAGES):
        answer = body_of(client.invoke(action, query.uri, body, option_set=options))
        items, context = _read_page(answer, action, context)
        try:
            instances = read_items(items, query.class_name, query.properties)
            count, empty = count + len(items), 0 if items else empty + 1
            if count > _MOST_INSTANCES or empty > _MOST_EMPTY_PAGES:
                raise OutputLimit(_("énumération sans fin"))
        except ConnectError:
            _release(client, query, context)
            raise
        yield instances
        if not context:
            return
        action, body = WSManAction.PULL, render_pull(context)
    _release(client, query, context)
    raise OutputLimit(_("énumération sans fin"))


def _read_page(answer: ET.Element, action: str, context: str) -> tuple[list[ET.Element], str]:
    """Return the items of a page and how to ask for the next, "" after the last."""
    if local_name(answer) != action.rpartition("/")[2] + "Response":
        raise ConnectError(_("réponse à une autre question"))
    spaces = (ENUMERATION, WSMAN)
    items = [item for space in spaces for part in answer.findall(f"{{{space}}}Items")
             for item in part]  # fmt: skip
    if any(answer.find(f"{{{space}}}EndOfSequence") is not None for space in spaces):
        return items, ""
    context = text_of(answer.find(f"{{{ENUMERATION}}}EnumerationContext")) or context
    if not context:
        raise ConnectError(_("énumération sans suite ni fin"))
    return items, context


def _release(client: Client, query: Query, context: str) -> None:
    """Give an enumeration up, so that it does not wait on the machine."""
    if context and client.link.is_open:
        with suppress(ConnectError):
            client.invoke(_RELEASE, query.uri, render_release(context))


def _selectors(values: Mapping[str, str]) -> SelectorSet | None:
    """Return what names an instance, None for a class."""
    made = SelectorSet()
    for name, value in values.items():
        made.add_option(name, value)
    return made if values else None


def _options(values: Mapping[str, str]) -> OptionSet | None:
    """Return what a provider is told besides, None for nothing."""
    made = OptionSet()
    for name, value in values.items():
        made.add_option(name, value)
    return made if values else None
