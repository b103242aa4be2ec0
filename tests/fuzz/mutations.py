"""Wrong files and wrong answers by the thousand, the same ones at every run.

A case is a number: its generator is seeded with it, so that one that fails can be looked at alone.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SEED = "labctl-fuzz"

NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 15, 31, 255, 256, 4094, 4095, 65_536, 10**30, 0.5, -0.0,
    float("nan"), float("inf"), "", " ", "a" * 70, "é" * 300, "${site}", "${", "${x|09999999d}",
    "${secret:}", "{{ 7*7 }}", "10.21.10.0/27", "10.21.10.0/33", "0.0.0.0/0", "255.255.255.255/32",
    "10.21.10.5/0", "127.0.0.1", "::1/128", "1.2.3", "S:", "::", "02:00:00:00:00:01", "ff:ff",
    "\\\\NAS\\X$", "../../etc/passwd", "/dev/zero", "24:61", "on", "0755", "1e999", "0x1F",
    "é\u0301",
    (), ("",), (1, 0), (254, 3), ("ADMIN",), {}, {"vlan": "ADMIN", "host": 300}, {"": ""},
    {"nom": "X"}, {"vlan": "ABSENT"}, [[[[[[]]]]]],
)  # fmt: skip
"""Values that some field does not expect."""

BYTES = (
    b"\x00", b"\xff\xfe", b"\xc3", b"\t", b": ", b"- ", b"'", b'"', b"{", b"}", b"[", b"]", b"&a ",
    b"*a", b"!!python/object ", b"|\n", b">\n", b"#", b"%YAML 1.1\n", b"---\n", b"...\n", b"? ",
    b"\r", b"\xe2\x80\xae", b"\x1b[2J", b"<<: ", b"9" * 400, b"[" * 60, b"a" * 5000, b"\n\n",
)  # fmt: skip
"""Pieces that mean something to a parser."""


def dice_of(number: int, what: str) -> random.Random:
    """Return the generator of one case."""
    return random.Random(f"{SEED}-{what}-{number}")  # noqa: S311  # wrong files, not secrets


def mutate_bytes(raw: bytes, dice: random.Random) -> bytes:
    """Return a text with one to four pieces cut, doubled, put in, exchanged or flipped."""
    for _turn in range(dice.randint(1, 4)):
        start = dice.randrange(len(raw) + 1)
        end = min(len(raw), start + dice.choice((1, 1, 2, 8, 60, 800)))
        piece = raw[start:end]
        change = dice.choice(("cut", "double", "put", "flip", "swap", "end"))
        if change == "cut":
            raw = raw[:start] + raw[end:]
        elif change == "double":
            raw = raw[:end] + piece + raw[end:]
        elif change == "put":
            raw = raw[:start] + dice.choice(BYTES) + raw[start:]
        elif change == "flip" and piece:
            raw = raw[:start] + bytes((piece[0] ^ (1 << dice.randrange(8)),)) + raw[start + 1 :]
        elif change == "swap":
            raw = raw[:start] + piece[::-1] + raw[end:]
        elif change == "end" and dice.random() < 0.2:
            raw = raw[:start]
    return raw


def mutate_tree(tree: Any, dice: random.Random) -> Any:
    """Return a tree of mappings and tuples with one to three values changed, lost or moved."""
    for _turn in range(dice.randint(1, 3)):
        places = list(_places(tree, ()))
        tree = _change(tree, dice.choice(places), dice, places)
    return tree


def _places(tree: Any, path: tuple[Any, ...]) -> Any:
    inside: Sequence[tuple[Any, Any]] = ()
    if isinstance(tree, Mapping):
        inside = tuple(tree.items())
    elif isinstance(tree, tuple):
        inside = tuple(enumerate(tree))
    for key, value in inside:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _change(
    tree: Any, path: tuple[Any, ...], dice: random.Random, places: Sequence[tuple[Any, ...]]
) -> Any:
    kind = dice.choice(("value", "value", "value", "lose", "rename", "double", "copy"))
    other = dice.choice(places)
    changes: Mapping[str, Callable[[Any], Any]] = {
        "value": lambda parent: _put(parent, path[-1], dice.choice(NASTY)),
        "lose": lambda parent: _lose(parent, path[-1]),
        "rename": lambda parent: _put(_lose(parent, path[-1]), f"{path[-1]}x", "?"),
        "double": lambda parent: parent + parent if isinstance(parent, tuple) else parent,
        "copy": lambda parent: _put(parent, path[-1], _get(tree, other)),
    }
    return _rebuild(tree, path[:-1], changes[kind])


def _rebuild(tree: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(tree)
    return _put(tree, path[0], _rebuild(_get(tree, path[:1]), path[1:], change))


def _get(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _put(parent: Any, key: Any, value: Any) -> Any:
    if isinstance(parent, Mapping):
        return {**parent, key: value}
    if isinstance(key, int):
        return (*parent[:key], value, *parent[key + 1 :])
    return (*parent, value)


def _lose(parent: Any, key: Any) -> Any:
    if isinstance(parent, Mapping):
        return {name: value for name, value in parent.items() if name != key}
    return (*parent[:key], *parent[key + 1 :])
