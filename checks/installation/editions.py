"""Editions of Windows for workstations, by number.

The numbers are those of ``Win32_OperatingSystem.OperatingSystemSKU``: the constants ``PRODUCT_…``
of winnt.h (Microsoft, "GetProductInfo function").
"""

import unicodedata

EDITIONS = {
    "home": frozenset({98, 99, 100, 101}),  # N, China, single language
    "pro": frozenset({48, 49, 138, 139, 161, 162, 164, 165}),  # N, for workstations, for education
    "enterprise": frozenset(
        {4, 27, 72, 84, 125, 126, 129, 130, 140, 171, 172, 175, 188, 191, 205, 206, 207}
    ),  # N, evaluation, long-term channel, multi-session, IoT
    "education": frozenset({121, 122}),  # N
    "cloud": frozenset({178, 179, 183, 186, 202, 203}),  # S, SE
}
"""Family → numbers. Those of Windows 10 and 11 only: a workstation has no other today."""
_WORDS = {
    "home": ("famille", "home", "familial"),
    "pro": ("professionnel", "professional", "pro"),
    "enterprise": ("entreprise", "enterprise", "iot", "ltsc"),
    "education": ("education",),
}
"""How an author may call a family, without accents."""
_BOTH = frozenset({164, 165})
"""« Professionnel Éducation » is called by two of them."""


def is_edition(number: int) -> bool:
    """Tell whether a number is that of an edition for workstations."""
    return any(number in numbers for numbers in EDITIONS.values())


def contradicts(number: int, name: str) -> bool:
    """Tell whether the name of an edition is that of others; a name without a known word is not."""
    words = {_bare(word) for word in name.split()}
    named = {family for family, known in _WORDS.items() if words & set(known)}
    numbers = {number for family in named for number in EDITIONS[family]}
    if "education" in named:
        numbers |= _BOTH
    return bool(named) and number not in numbers


def joins_domains(number: int) -> bool:
    """Tell whether an edition joins a domain: the Home ones do not (Microsoft, "Join a domain")."""
    return number not in EDITIONS["home"]


def _bare(word: str) -> str:
    """Return a word in lower case, without accents or signs."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return "".join(char for char in plain.lower() if char.isalnum())
