"""Secrets in memory: derived or drawn, never printed, redacted in one place."""

import base64
import hashlib
import hmac
import html
import json
import quopri
import re
import secrets
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

REFERENCE = re.compile(r"\$\{secret:([a-z][a-z0-9_]*)\}")
"""What a document says in place of a secret: its name among those of the bench."""
_LEAST_INSIDE = 8
"""Characters of base64 below which a part of a secret would erase what it is not."""
_IN_URL = str.maketrans("+/", "-_")
"""The two characters that base64 spells otherwise in an address."""

WORDS = (
    "Nacre", "Perle", "Tipanier", "Recif", "Marae", "Lagon", "Fenua", "Motu",
    "Vanille", "Tiare", "Pirogue", "Corail", "Monoi", "Ukulele", "Fetia", "Mana",
)  # fmt: skip
LETTERS = "bcdefghjknprstuvxy"
"""Letters of a code: where they are on an AZERTY as on a QWERTY, none that looks like a digit."""
_GROUPS, _GROUP_LENGTH = 3, 4
LEAST_DERIVED = 2 * min(map(len, WORDS)) + len("--123456!")
"""Characters of the shortest secret that ``derive`` may return."""


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that prints as ``***`` wherever it goes; ``reveal`` is the one way out."""

    value: str

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def reveal(self) -> str:
        """Return the value itself, for the one call that needs it."""
        return self.value


NO_SECRETS: Mapping[str, Secret] = {}
"""Of a bench whose subject names none."""


def draw() -> Secret:
    """Return a new random secret: 192 bits, then one of every class of characters.

    The end makes sure that a domain finds what its complexity rules ask for.
    """
    return Secret(f"{secrets.token_urlsafe(24)}-Aa1")


def draw_typed() -> Secret:
    """Return a new random secret that a person types from paper: 50 bits, of every class.

    For an account that is handed over to who could attack it: nobody else reaches it.
    """
    return Secret(f"{derive_code(draw(), 'typed').reveal()}-Aa1")


def derive(seed: Secret, *names: str) -> Secret:
    """Return the secret of these names under the seed: HMAC-SHA-256, readable by a person.

    The same seed and names always give the same value (``Nacre-fenua-055102!``), so the
    confidential annexe can be printed again; it satisfies Windows complexity rules.
    """
    digest = hmac.new(seed.reveal().encode(), "\0".join(names).encode(), hashlib.sha256).digest()
    first = WORDS[digest[0] % len(WORDS)]
    second = WORDS[digest[1] % len(WORDS)].lower()
    number = int.from_bytes(digest[2:10], "big") % 1_000_000
    return Secret(f"{first}-{second}-{number:06d}!")


def derive_code(seed: Secret, *names: str) -> Secret:
    """Return the code of these names under the seed: a secret that is typed (``bnkt-hvxe-pdru``).

    HMAC-SHA-256, and 50 bits of it: guessed over a network that counts its tries, it holds.
    """
    digest = hmac.new(seed.reveal().encode(), "\0".join(names).encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    letters = ""
    for _each in range(_GROUPS * _GROUP_LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    starts = range(0, len(letters), _GROUP_LENGTH)
    return Secret("-".join(letters[start : start + _GROUP_LENGTH] for start in starts))


def fill_in(text: str, known: Mapping[str, Secret]) -> str:
    """Return a text with the secrets that it refers to; KeyError for one that is not known."""
    return REFERENCE.sub(lambda found: known[found[1]].reveal(), text)


class Redactor:
    """Replaces known secrets in texts: their usual spellings are worked out once."""

    def __init__(self, known: Iterable[Secret]) -> None:
        spellings = {spelling for secret in known for spelling in _spellings(secret.reveal())}
        self._longest_first = sorted(spellings, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text with every known secret as ``***``."""
        found = [spelling for spelling in self._longest_first if spelling in text]
        return re.sub("|".join(map(re.escape, found)), "***", text) if found else text


def _spellings(value: str) -> set[str]:
    if len(value) < 4:  # shorter ones would erase the text around them
        return set()
    raw, wide = value.encode(), value.encode("utf-16-le")
    as_read = wide.decode("utf-8", "surrogateescape").rstrip("\0")  # as a Windows writes a file
    quoted = (shlex.quote(value), quote(value, safe=""), quote_plus(value), html.escape(value))
    plain = {value, as_read, *quoted, quopri.encodestring(raw).decode()}
    for each in (raw, wide):
        plain |= {each.hex(), each.hex(":"), each.hex(" ")}
        plain |= {each.hex().upper(), each.hex(":").upper(), each.hex(" ").upper()}
        plain |= {*_base64_anywhere(each)}
    in_url = {each.translate(_IN_URL) for each in _base64_anywhere(raw)}
    in_json = {json.dumps(each, ensure_ascii=False)[1:-1] for each in plain}
    return plain | in_url | in_json | {json.dumps(each)[1:-1] for each in plain}


def _base64_anywhere(raw: bytes) -> Iterator[str]:
    """Yield what the bytes look like inside a longer base64 text (``user:password``), and alone.

    Characters that bytes before or after share are left out.
    """
    yield base64.b64encode(raw).decode().rstrip("=")
    for before in range(3):
        text = base64.b64encode(bytes(before) + raw).decode()
        inside = text[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3]
        if len(inside) >= _LEAST_INSIDE:
            yield inside
