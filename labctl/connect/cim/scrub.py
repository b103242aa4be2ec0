r"""What a Windows says of its owner, replaced everywhere by the same stand-in word; pure.

Names of computers, domains, accounts and wireless networks, SIDs, serial numbers, product and
recovery keys, hardware and public addresses. Equal values stay equal, and letters keep their case:
what compares two answers finds what it found before. Well-known SIDs and relative identifiers stay
(MS-DTYP 2.4.2.4), and so do private and documentation addresses (RFC 1918, 5737).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

_PLACES = {
    "name": ("win32_computersystem", "win32_useraccount", "win32_group"),
    "domain": ("win32_computersystem", "win32_useraccount", "win32_group"),
}
"""Properties that are a name of somebody's in some classes only."""
_NAMES = {
    "machine": frozenset({"computername", "csname", "dnshostname", "pscomputername", "systemname"}),
    "domaine": frozenset({"dnsforestname", "domainname", "userdomain", "workgroup"}),
    "compte": frozenset({
        "fullname", "registereduser", "registeredowner", "userid", "username", "user", "owner",
    }),
    "organisme": frozenset({"organization", "registeredorganization"}),
    "reseau": frozenset({"profilename", "ssid"}),
}  # fmt: skip
"""What a property of any class holds, and the word that takes its place."""
_TOLD = {
    ("win32_useraccount", "Name"): "username",
    ("win32_useraccount", "Domain"): "domainname",
    ("win32_group", "Domain"): "domainname",
}
"""The keys of an instance that another one points to, as the property of any class they equal."""
_SERIALS = frozenset({
    "serialnumber", "identifyingnumber", "uuid", "productid", "partialproductkey",
    "digitalproductid", "digitalproductid4", "oa3xoriginalproductkey", "chassisserialnumber",
})  # fmt: skip
_WELL_KNOWN = frozenset({
    "administrateur", "administrator", "administrateurs", "administrators", "invité", "guest",
    "defaultaccount", "wdagutilityaccount", "système", "system", "builtin", "nt authority",
    "autorite nt", "nt service", "public", "default", "all users", "workgroup", "local service",
    "network service", "localhost",
})  # fmt: skip
_GENERIC_LABELS = frozenset({"test", "local", "lan", "home", "internal", "arpa", "example"})
_BUILT_IN_RID = re.compile(r"S-1-5-32-\d+|S-1-5-21-[\d-]+-5\d\d")
_SID = re.compile(r"S-1-5-21-(\d+-\d+-\d+)(?!\d)")
_CLOUD_SID = re.compile(r"S-1-12-1-(\d+-\d+-\d+-\d+)(?!\d)")
_PROFILE = re.compile(r"(?i)\b[a-z]:\\users\\([^\\]+)")
_PRODUCT_KEY = re.compile(r"\b(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}\b")
_RECOVERY_KEY = re.compile(r"\b(?:\d{6}-){7}\d{6}\b")
_MAC = re.compile(r"\b[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}\b")
_ADDRESS_KEY = re.compile(r"(?i)ip|address|gateway|dns|server|from|remote")
_LOCALLY_ADMINISTERED = 0x02
_LEAST = 3
"""Fewest characters of a name that is looked for inside other texts."""
_LETTER = r"[^\W_]"


class Scrub:
    """The stand-in words of one recording: learnt from its answers first, then put everywhere."""

    def __init__(self, kept: Iterable[str] = (), asked: str = "") -> None:
        self._kept = {word.casefold() for word in kept} | _WELL_KNOWN
        self._asked = asked.casefold()
        self._words: dict[str, str] = {}
        self._values: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()
        self._pattern: re.Pattern[str] | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Return how many different values of each sort were replaced."""
        return dict(sorted(self._counts.items()))

    def learn(self, body: Mapping[str, Any], answer: Any) -> None:
        """Learn the names that an answer tells, by the question it is an answer to."""
        place = str(body.get("class", "")).casefold()
        for owner, name, value in _walk(answer):
            sort = _sort_of(place, name)
            if sort and not _BUILT_IN_RID.fullmatch(str(owner.get("SID", ""))):
                self._learn_text(sort, value)
            for found in _PROFILE.findall(value):
                self._learn_text("compte", found)

    def learn_name(self, sort: str, name: str) -> None:
        """Learn a name that is known from elsewhere: ``machine``, ``domaine``, ``organisme``."""
        self._learn_text(sort, name)

    def clean(self, value: Any, name: str = "") -> Any:
        """Return a value of JSON with its stand-in words, names of its members included."""
        if isinstance(value, dict):
            return {self.clean(key): self.clean(inside, key) for key, inside in value.items()}
        if isinstance(value, (list, tuple)):
            if name.casefold() in _SERIALS and value:  # bytes of a product key
                return []
            return [self.clean(one, name) for one in value]
        return self._clean_text(value, name) if isinstance(value, str) else value

    def clean_values(self, value: Any) -> Any:
        """Return a document with its stand-in words; names of members are keys of ours."""
        if isinstance(value, dict):
            return {key: self.clean_values(inside) for key, inside in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean_values(one) for one in value]
        return self._clean_text(value, "") if isinstance(value, str) else value

    def find_left(self, text: str) -> tuple[str, ...]:
        """Return the learnt names that a text still holds: none, unless we are wrong."""
        plain = text.casefold()
        return tuple(word for word in self._words if self._find(word).search(plain))

    def _learn_text(self, sort: str, value: str) -> None:
        if value.startswith("S-1-"):
            return
        domain, slash, rest = value.rpartition("\\")
        if slash:
            self._learn_text("domaine", domain)
        account, at, realm = rest.partition("@")
        if at:
            self._learn_text("domaine", realm)
        if sort == "domaine":
            for label in account.split("."):
                if label.casefold() not in _GENERIC_LABELS:
                    self._add(sort, label)
        else:
            self._add(sort, account)

    def _add(self, sort: str, word: str) -> None:
        plain = word.casefold()
        if len(plain) < _LEAST or plain in self._kept or plain in self._words:
            return
        if sort != "compte" or not self._find(plain).search(self._asked):
            self._counts[sort] += 1
            self._words[plain] = f"{sort}{self._counts[sort]}"
            self._pattern = None

    def _clean_text(self, text: str, name: str) -> str:
        if name.casefold() in _SERIALS and text.strip():
            return self._number("série", text, "SERIE-{}")
        text = _SID.sub(lambda m: self._number("SID", m[1], "S-1-5-21-1-1-{}"), text)
        text = _CLOUD_SID.sub(lambda m: self._number("SID", m[1], "S-1-12-1-1-1-1-{}"), text)
        text = _RECOVERY_KEY.sub(lambda m: self._number("clé", m[0], "000000-" * 7 + "{:06}"), text)
        text = _PRODUCT_KEY.sub(lambda m: self._number("clé", m[0], "XXXXX-" * 4 + "{:05}"), text)
        text = _MAC.sub(self._clean_mac, text)
        if _ADDRESS_KEY.search(name):
            text = self._clean_address(text)
        return self._compile().sub(self._stand_in, text) if self._words else text

    def _number(self, sort: str, value: str, form: str) -> str:
        key = (sort, value)
        if key not in self._values:
            self._counts[sort] += 1
            self._values[key] = form.format(self._counts[sort])
        return self._values[key]

    def _clean_mac(self, match: re.Match[str]) -> str:
        """Replace an address that a maker gave; one that somebody chose names no hardware."""
        text, between = match[0], match[1]
        if int(text[:2], 16) & _LOCALLY_ADMINISTERED:
            return text
        plain = self._number("adresse", text.upper().replace("-", ":"), "00:00:5E:00:53:{:02X}")
        cased = plain if text.upper() == text else plain.lower()
        return cased.replace(":", between)

    def _clean_address(self, text: str) -> str:
        try:
            address = ip_address(text)
        except ValueError:
            return text
        if address.version == 6:  # its last bits may be those of the hardware
            is_kept = address.is_loopback or address.is_unspecified
            return text if is_kept else self._number("adresse", text, "2001:db8::{:x}")
        return self._number("adresse", text, "203.0.113.{}") if address.is_global else text

    def _compile(self) -> re.Pattern[str]:
        if self._pattern is None:
            longest = sorted(self._words, key=len, reverse=True)
            words = "|".join(map(re.escape, longest))
            self._pattern = re.compile(f"(?<!{_LETTER})(?:{words})(?!{_LETTER})", re.IGNORECASE)
        return self._pattern

    def _find(self, word: str) -> re.Pattern[str]:
        return re.compile(f"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})")

    def _stand_in(self, match: re.Match[str]) -> str:
        found = match[0]
        word = self._words[found.casefold()]
        if found.isupper():
            return word.upper()
        return word if found.islower() else word.capitalize()


def _sort_of(place: str, name: str) -> str:
    """Return what a property of a class names, empty for what is nobody's."""
    plain = name.casefold()
    if place in _PLACES.get(plain, ()):
        if plain == "domain":
            return "domaine"
        return "machine" if place == "win32_computersystem" else "compte"
    return next((sort for sort, names in _NAMES.items() if plain in names), "")


def _walk(value: Any, name: str = "", owner: Any = None) -> Iterator[tuple[Any, str, str]]:
    """Yield each text with the object that it is a property of, and its name there."""
    if isinstance(value, dict):
        place = str(value.get("class", "")).casefold()
        selectors = value.get("selectors")
        if place and isinstance(selectors, dict):  # what points to an instance names its class
            for key, text in selectors.items():
                yield {}, _TOLD.get((place, key), ""), str(text)
            return
        for key, inside in value.items():
            yield from _walk(inside, str(key), value)
    elif isinstance(value, (list, tuple)):
        for inside in value:
            yield from _walk(inside, name, owner)
    elif isinstance(value, str):
        yield owner if isinstance(owner, dict) else {}, name, value
