"""The grammar of the command line: patterns made into one tree of words per mode.

A pattern is a line of words: ``switchport trunk allowed vlan add <vlans:vlans>``.
``<name:type>`` is an argument (see ``arguments``), ``{name:in|out}`` a keyword that is kept, and
a leading ``[no]`` says that the command can be negated; what follows its last keyword may then
be left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from labswitch import arguments
from labswitch.arguments import Args, Value
from labswitch.errors import AmbiguousError, IncompleteError, InvalidError
from labswitch.words import Word, complete, split


class Mode(StrEnum):
    """Where the operator is; the value is what the prompt shows."""

    USER = ">"
    EXEC = "#"
    CONFIG = "(config)#"
    INTERFACE = "(config-if)#"
    RANGE = "(config-if-range)#"
    VLAN = "(config-vlan)#"
    LINE = "(config-line)#"
    EXTENDED_ACL = "(config-ext-nacl)#"
    STANDARD_ACL = "(config-std-nacl)#"

    @property
    def is_config(self) -> bool:
        """Tell whether commands of this mode change the configuration."""
        return self not in (Mode.USER, Mode.EXEC)


H = TypeVar("H")


@dataclass(slots=True)
class Node(Generic[H]):
    """A place in the tree: what may follow, and what to call when the line ends here."""

    keywords: dict[str, "Node[H]"] = field(default_factory=dict)
    kept_as: dict[str, str] = field(default_factory=dict)
    arguments: list[tuple[str, str, "Node[H]"]] = field(default_factory=list)
    handler: H | None = None
    negated_handler: H | None = None


@dataclass(frozen=True, slots=True)
class Match(Generic[H]):
    """A complete command: what to call, with what."""

    handler: H
    args: Args


def build(patterns: Iterable[tuple[str, H]]) -> Node[H]:
    """Return the tree of some patterns and their handlers."""
    root: Node[H] = Node()
    for pattern, handler in patterns:
        _add(root, pattern, handler)
    return root


def _add(root: Node[H], pattern: str, handler: H) -> None:
    negatable = pattern.startswith("[no] ")
    tokens = pattern.removeprefix("[no] ").split()
    last_keyword = max((i for i, token in enumerate(tokens) if token[0] not in "<{"), default=0)
    ends = [root]
    for index, token in enumerate(tokens):
        ends = [child for end in ends for child in _grow(end, token)]
        if negatable and index >= last_keyword:
            for end in ends:
                end.negated_handler = end.negated_handler or handler
    for end in ends:
        end.handler = handler


def _grow(node: Node[H], token: str) -> list[Node[H]]:
    if token.startswith("{"):
        name, _, words = token[1:-1].partition(":")
        node.kept_as.update(dict.fromkeys(words.split("|"), name))
        return [node.keywords.setdefault(word, Node()) for word in words.split("|")]
    if not token.startswith("<"):
        return [node.keywords.setdefault(token, Node())]
    name, _, kind = token[1:-1].partition(":")
    for known_name, known_kind, child in node.arguments:
        if (known_name, known_kind) == (name, kind):
            return [child]
    child = Node()
    node.arguments.append((name, kind, child))
    return [child]


def match(root: Node[H], line: str, *, ports: int) -> Match[H]:
    """Return the command that a line is; raise what the operator is told when it is none."""
    words = split(line)
    negated = bool(words) and words[0].text.lower() == "no"
    values: dict[str, Value] = {}
    node, index = root, int(negated)
    while index < len(words):
        node, index = _step(node, words, index, values, ports)
    handler = node.negated_handler if negated else node.handler
    if handler is None:
        # A command that exists but cannot be negated is wrong from its first word on.
        if negated and node.handler is not None and len(words) > 1:
            raise InvalidError(words[1].offset)
        raise IncompleteError
    return Match(handler, Args(values, negated=negated, line=line))


def _step(
    node: Node[H], words: tuple[Word, ...], index: int, values: dict[str, Value], ports: int
) -> tuple[Node[H], int]:
    word = words[index]
    found = complete(word.text, node.keywords)
    if len(found) == 1:
        if found[0] in node.kept_as:
            values[node.kept_as[found[0]]] = found[0]
        return node.keywords[found[0]], index + 1
    if len(found) > 1:
        raise AmbiguousError(" ".join(w.text for w in words[: index + 1]))
    for name, kind, child in node.arguments:
        taken = arguments.take(kind, words, index, ports)
        if taken is not None:
            values[name], index = taken
            return child, index
    raise InvalidError(word.offset)


def follow(root: Node[H], words: tuple[Word, ...], *, ports: int) -> tuple[Node[H], bool]:
    """Return where some words lead, and whether they began with ``no``."""
    negated = bool(words) and words[0].text.lower() == "no"
    node, index = root, int(negated)
    while index < len(words):
        node, index = _step(node, words, index, {}, ports)
    return node, negated


def next_words(node: Node[H], *, negated: bool) -> list[str]:
    """Return the keywords that may follow, sorted, then arguments, then ``<cr>``."""
    keywords = sorted(
        word for word, child in node.keywords.items() if not negated or has_negation(child)
    )
    shown = [arguments.label(kind) for _, kind, _ in node.arguments]
    handler = node.negated_handler if negated else node.handler
    return [*keywords, *dict.fromkeys(shown), *(["<cr>"] if handler is not None else [])]


def has_negation(node: Node[H]) -> bool:
    """Tell whether a command below this place can be negated."""
    if node.negated_handler is not None:
        return True
    children = [*node.keywords.values(), *(child for _, _, child in node.arguments)]
    return any(has_negation(child) for child in children)
