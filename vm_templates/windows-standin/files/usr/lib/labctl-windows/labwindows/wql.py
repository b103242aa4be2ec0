"""WQL: SELECT … FROM class WHERE …, understood and evaluated; bounded, since anybody may ask."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from labwindows.values import Embedded, Instance, Moment, Value, text_of

MAX_CHARACTERS = 16384
MAX_TOKENS = 1000
MAX_DEPTH = 32
_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign><>|!=|<=|>=|[=<>*,()])"""
    r"""|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
)
_DMTF = re.compile(r"(\d{14})\.(\d{6})([+-]\d{3})")
_ORDER: dict[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0,
    "<>": lambda sign: sign != 0,
    "!=": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    ">": lambda sign: sign > 0,
    "<=": lambda sign: sign <= 0,
    ">=": lambda sign: sign >= 0,
}
Test = Callable[[Instance], bool | None]
"""None: not known, as a comparison with a property that is null."""


class QueryError(ValueError):
    """Not a query that WMI understands."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query: ``properties`` is empty for ``*``; ``named`` are all that it names."""

    name: str
    properties: tuple[str, ...]
    named: frozenset[str]
    matches: Test


def parse(text: str) -> Query:
    """Understand a query; QueryError when it is none."""
    reader = _Reader(_split(text))
    reader.take("SELECT")
    properties = reader.projection()
    reader.take("FROM")
    name = reader.identifier()
    test: Test = _everything
    if reader.accept("WHERE"):
        test = reader.alternatives(0)
    if not reader.at_end():
        raise QueryError(f"unexpected {reader.peek()[1]!r}")
    return Query(name, properties, frozenset((*properties, *reader.named)), test)


def _everything(_instance: Instance) -> bool:
    return True


def _split(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_CHARACTERS:
        raise QueryError("the query is too long")
    text = text.strip()
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or len(tokens) == MAX_TOKENS:
            raise QueryError(f"cannot be read: {text[at : at + 20]!r}")
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        at = found.end()
    return tokens


class _Reader:
    """Tokens of a query, read from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.named: list[str] = []

    def at_end(self) -> bool:
        return self.at == len(self.tokens)

    def peek(self) -> tuple[str, str]:
        return ("end", "") if self.at_end() else self.tokens[self.at]

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.at += 1
        return token

    def accept(self, word: str) -> bool:
        kind, text = self.peek()
        found = kind in ("name", "sign") and text.upper() == word
        self.at += found
        return found

    def take(self, word: str) -> None:
        if not self.accept(word):
            raise QueryError(f"{word} expected, not {self.peek()[1]!r}")

    def identifier(self) -> str:
        kind, text = self.next()
        if kind != "name":
            raise QueryError(f"a name expected, not {text!r}")
        return text

    def projection(self) -> tuple[str, ...]:
        if self.accept("*"):
            return ()
        names = [self.identifier()]
        while self.accept(","):
            names.append(self.identifier())
        return tuple(names)

    def alternatives(self, depth: int) -> Test:
        tests = [self.conjunction(depth)]
        while self.accept("OR"):
            tests.append(self.conjunction(depth))
        return tests[0] if len(tests) == 1 else _either(tests)

    def conjunction(self, depth: int) -> Test:
        tests = [self.term(depth)]
        while self.accept("AND"):
            tests.append(self.term(depth))
        return tests[0] if len(tests) == 1 else _both(tests)

    def term(self, depth: int) -> Test:
        if depth == MAX_DEPTH:
            raise QueryError("the query is too deep")
        if self.accept("NOT"):
            return _negated(self.term(depth + 1))
        if self.accept("("):
            inner = self.alternatives(depth + 1)
            self.take(")")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        name = self.identifier()
        self.named.append(name)
        if self.accept("IS"):
            is_negated = self.accept("NOT")
            self.take("NULL")
            return _null(name, wanted=not is_negated)
        if self.accept("LIKE"):
            kind, text = self.next()
            if kind != "text":
                raise QueryError(f"a text expected after LIKE, not {text!r}")
            return _like(name, _unquote(text))
        kind, sign = self.next()
        if kind != "sign" or sign not in _ORDER:
            raise QueryError(f"a comparison expected, not {sign!r}")
        return self.compared(name, sign)

    def compared(self, name: str, sign: str) -> Test:
        kind, text = self.next()
        if kind == "name" and text.upper() == "NULL" and sign in ("=", "<>", "!="):
            return _null(name, wanted=sign == "=")
        if kind == "name" and text.upper() in ("TRUE", "FALSE"):
            return _compare(name, sign, text.lower())
        if kind == "number":
            return _compare(name, sign, text)
        if kind == "text":
            return _compare(name, sign, _unquote(text))
        raise QueryError(f"a value expected, not {text!r}")


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)


def find(instance: Instance, name: str) -> Value:
    """Return a property whatever the case of its name, None where there is none."""
    if name in instance:
        return instance[name]
    return next((value for key, value in instance.items() if key.lower() == name.lower()), None)


def _either(tests: list[Test]) -> Test:
    def test(instance: Instance) -> bool | None:
        found = [one(instance) for one in tests]
        return True if True in found else None if None in found else False

    return test


def _both(tests: list[Test]) -> Test:
    def test(instance: Instance) -> bool | None:
        found = [one(instance) for one in tests]
        return False if False in found else None if None in found else True

    return test


def _negated(inner: Test) -> Test:
    def test(instance: Instance) -> bool | None:
        found = inner(instance)
        return None if found is None else not found

    return test


def _null(name: str, *, wanted: bool) -> Test:
    return lambda instance: (find(instance, name) is None) == wanted


def _like(name: str, pattern: str) -> Test:
    parts = _pattern(pattern.lower())

    def test(instance: Instance) -> bool | None:
        value = find(instance, name)
        return None if value is None else _is_like(text_of(value).lower(), parts)

    return test


def _pattern(text: str) -> list[str]:
    """Split a pattern into ``%``, ``_``, sets ``[a-f]`` and letters."""
    return re.findall(r"\[\^?[^\]]+\]|.", text, flags=re.DOTALL)


def _is_like(text: str, parts: list[str]) -> bool:
    """Match from left to right, going back to the last ``%`` only: never more than n × m steps."""
    at = part = 0
    star, resume = -1, 0
    while at < len(text):
        if part < len(parts) and parts[part] == "%":
            star, resume = part, at
            part += 1
        elif part < len(parts) and _is_one(text[at], parts[part]):
            at += 1
            part += 1
        elif star >= 0:
            part, resume = star + 1, resume + 1
            at = resume
        else:
            return False
    return all(rest == "%" for rest in parts[part:])


def _is_one(letter: str, part: str) -> bool:
    if len(part) == 1:
        return part in ("_", letter)
    is_negated = part[1] == "^"
    inside = part[2:-1] if is_negated else part[1:-1]
    ranges = re.findall(r".-.|.", inside, flags=re.DOTALL)
    found = any(one[0] <= letter <= one[-1] for one in ranges)
    return found != is_negated


def _compare(name: str, sign: str, literal: str) -> Test:
    judge = _ORDER[sign]

    def test(instance: Instance) -> bool | None:
        order = _order(find(instance, name), literal)
        return None if order is None else judge(order)

    return test


def _order(value: Value, literal: str) -> int | None:
    """Tell where a value stands beside a literal; None when they do not compare."""
    if value is None or isinstance(value, list | Embedded):
        return None
    left: object
    right: object
    if isinstance(value, bool):
        left, right = value, _truth(literal)
    elif isinstance(value, int):
        left, right = value, _number(literal)
    elif isinstance(value, Moment):
        left, right = value.when, _moment(literal)
    else:
        left, right = value.lower(), literal.lower()
    if right is None:
        return None
    return (left > right) - (left < right)  # type: ignore[operator]  # of one type


def _truth(literal: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(literal.lower())


def _number(literal: str) -> float | int | None:
    if literal in ("true", "false"):
        return int(literal == "true")
    try:
        return int(literal) if literal.lstrip("-").isdigit() else float(literal)
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime | None:
    found = _DMTF.fullmatch(text)
    if found is None:
        return None
    try:
        zone = timezone(timedelta(minutes=int(found[3])))
        return datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S%f").replace(tzinfo=zone)
    except ValueError:
        return None
