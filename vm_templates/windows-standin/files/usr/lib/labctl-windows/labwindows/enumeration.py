"""Enumerations: optimised or not, in pages that fit the envelope that was asked for."""

import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from xml.etree.ElementTree import Element

from labwindows import faults
from labwindows.soap import N, Request, W

MAX_CONTEXTS = 50
MAX_ELEMENTS = 32000
LIFETIME_S = 120.0
_OVERHEAD = 2048
SELECTOR_DIALECT = f"{W.removesuffix('.xsd')}/SelectorFilter"
WQL_DIALECT = "http://schemas.microsoft.com/wbem/wsman/1/WQL"


@dataclass(slots=True)
class _Context:
    """What is left of an enumeration."""

    owner: str
    items: deque[str]
    ends_at: float


@dataclass(frozen=True, slots=True)
class Filter:
    """What an enumeration asks for: ``wql`` is empty without a query."""

    wql: str
    selectors: dict[str, str]


class Enumerations:
    """The enumerations that are going on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._contexts: dict[str, _Context] = {}
        self._lock = Lock()
        self._clock = clock

    def begin(self, request: Request, owner: str, items: list[str]) -> str:
        """Answer Enumerate: the first page at once where the client asked for it."""
        asked = request.body
        if asked is None:
            raise faults.not_understood("Enumerate expected")
        if asked.find(f"{{{W}}}EnumerationMode") is not None:
            raise faults.unsupported("EnumerationMode")
        left = deque(items)
        page = ""
        if asked.find(f"{{{W}}}OptimizeEnumeration") is not None:
            most = _count(asked, f"{{{W}}}MaxElements")
            page = f"<w:Items>{_take(left, most, request.max_bytes)}</w:Items>"
            if not left:
                return _answer("Enumerate", "", f"{page}<w:EndOfSequence/>")
        return _answer("Enumerate", self._keep(_Context(owner, left, self._end())), page)

    def pull(self, request: Request, owner: str) -> str:
        """Answer Pull: the next page."""
        asked = request.body
        name = _context_of(asked)
        with self._lock:
            context = self._contexts.pop(name, None)
        if asked is None or context is None or context.owner != owner:
            raise faults.context_unknown()
        page = _take(context.items, _count(asked, f"{{{N}}}MaxElements"), request.max_bytes)
        items = f"<n:Items>{page}</n:Items>"
        if not context.items:
            return _answer("Pull", "", f"{items}<n:EndOfSequence/>")
        context.ends_at = self._end()
        return _answer("Pull", self._keep(context), items)

    def release(self, request: Request, owner: str) -> str:
        """Answer Release."""
        with self._lock:
            context = self._contexts.pop(_context_of(request.body), None)
        if context is None or context.owner != owner:
            raise faults.context_unknown()
        return ""

    def _keep(self, context: _Context) -> str:
        name = f"uuid:{str(uuid.uuid4()).upper()}"
        now = self._clock()
        with self._lock:
            self._contexts = {k: c for k, c in self._contexts.items() if c.ends_at > now}
            if len(self._contexts) >= MAX_CONTEXTS:
                raise faults.too_many_operations(MAX_CONTEXTS)
            self._contexts[name] = context
        return name

    def _end(self) -> float:
        return self._clock() + LIFETIME_S


def read_filter(asked: Element | None) -> Filter:
    """Return the filter of Enumerate."""
    found = None if asked is None else asked.find(f"{{{W}}}Filter")
    if found is None:
        return Filter("", {})
    dialect = found.get("Dialect", "")
    if dialect == WQL_DIALECT:
        return Filter(found.text or " ", {})
    if dialect == SELECTOR_DIALECT:
        selectors = found.iter(f"{{{W}}}Selector")
        return Filter("", {one.get("Name", ""): one.text or "" for one in selectors})
    raise faults.dialect_unknown()


def _take(items: deque[str], most: int, max_bytes: int) -> str:
    """Take from the left what one envelope holds."""
    room = max_bytes - _OVERHEAD
    page: list[str] = []
    while items and len(page) < most:
        size = len(items[0].encode())
        if size > room:
            break
        room -= size
        page.append(items.popleft())
    if items and not page:
        raise faults.envelope_too_small()
    return "".join(page)


def _count(asked: Element, path: str) -> int:
    text = (asked.findtext(path) or "1").strip()
    return max(1, min(int(text), MAX_ELEMENTS)) if text.isdigit() and len(text) < 10 else 1


def _context_of(asked: Element | None) -> str:
    return "" if asked is None else (asked.findtext(f"{{{N}}}EnumerationContext") or "").strip()


def _answer(verb: str, context: str, content: str) -> str:
    opening = f"<n:{verb}Response><n:EnumerationContext>{context}</n:EnumerationContext>"
    return f"{opening}{content}</n:{verb}Response>"
