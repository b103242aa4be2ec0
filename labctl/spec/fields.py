"""The kinds of values a specification holds, each refused with a French sentence."""

import re
import warnings
from ipaddress import IPv4Network
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from labctl.core.i18n import _, mark
from labctl.core.secrets import REFERENCE

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
_DRIVE = re.compile(r"[D-Z]:")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")
_SEED = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:/\S+|demo:\S+")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_URL = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[^\s<>\"\\^`{|}]{0,200})?")
_DNS = re.compile(
    r"(?=.{1,253}$)(?!.*\.[0-9]+$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+"
)


NOT_OBSERVED = "x-non-observe"
"""Set in the schema of a key that no check reads, or only of machines of a face (« sauf »)."""
UNIQUE = "x-unique"
"""Set in the schema of a key whose values differ: in a list of names, from one block to another."""


ECHO = "echo"
"""Type of a mistake that only repeats one that is told of elsewhere."""


_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,15}")


class Block(BaseModel):
    """A group of keys: exact types, no unknown key, never changed after reading."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


PLACE = (
    r"([A-Za-z0-9_][\w.-]{0,63}@)?([A-Za-z0-9][\w.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(:(?!0|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})[0-9]{1,5})?"
)
"""Account, host and port of an address; a password has no place there: whoever looks sees it."""
_SSH = re.compile(rf"ssh://{PLACE}/?(\?(&?(keyfile|known_hosts)=[^\s&#]+)+)?")


def key(
    name: str,
    description: str,
    *,
    observed: bool | str = True,
    observed_with: str = "",
    unique: bool = False,
    **more: Any,
) -> Any:
    """Declare a key of the file: its French name, and what the schema says of it.

    ``observed`` is False for what no check reads, the name of a face for what is read of machines
    with that face only; ``observed_with`` is another key of the block, without which no check reads
    this one: ``validate`` tells the author. ``unique`` is True for a list that holds nothing twice,
    or for what no other block of the same list may have.
    """
    unread = not observed if isinstance(observed, bool) else {"sauf": observed}
    if observed_with:
        unread = {"sans": observed_with}
    marks: dict[str, Any] = {NOT_OBSERVED: unread, UNIQUE: unique}
    if any(marks.values()):
        more["json_schema_extra"] = {mark: value for mark, value in marks.items() if value}
    return Field(alias=name, description=description, **more)


def _network(value: object) -> IPv4Network:
    message: Any = _("réseau IPv4 attendu, comme 10.21.30.0/24")
    if not isinstance(value, str) or "/" not in value:
        raise PydanticCustomError("network", message)
    try:
        network = IPv4Network(value, strict=False)
    except ValueError as exc:
        raise PydanticCustomError("network", message) from exc
    if str(network) == value:
        return network
    if value.partition("/")[0] == str(network.network_address):
        message = _("{value} : le masque s'écrit par sa longueur ; le réseau est {proper}")
    else:
        message = _("{value} n'est pas une adresse de réseau ; le réseau est {proper}")
    context = {"value": value, "proper": str(network)}
    raise PydanticCustomError("network_spelling", message, context)


def matches(pattern: re.Pattern[str], expected: str, kind: str) -> BeforeValidator:
    """Refuse what does not match a pattern as a whole, in words that say what is expected."""

    def check(value: object) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        message: Any = _(expected)
        raise PydanticCustomError(kind, message)

    return BeforeValidator(check)


def _regex(value: object) -> str:
    message: Any
    if not isinstance(value, str) or len(value) > 200:
        message = _("expression régulière attendue (200 caractères au plus)")
        raise PydanticCustomError("regex", message)
    try:
        with warnings.catch_warnings(action="error", category=FutureWarning):
            re.compile(value)
    except (re.error, RecursionError, OverflowError, FutureWarning) as exc:
        message = _("expression régulière incorrecte, au caractère {place}")
        place = (getattr(exc, "pos", None) or 0) + 1
        raise PydanticCustomError("regex", message, {"place": place}) from exc
    if _is_slow(value):
        message = _("expression régulière trop libre : elle pourrait ne jamais finir")
        raise PydanticCustomError("regex", message)
    return value


def _is_slow(pattern: str) -> bool:
    """Tell whether trying a pattern on a label could take more than a moment (no backtracking)."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "x", pattern)
    loops = len(re.findall(r"[*+]|\{[0-9]*,", bare))
    return bool(re.search(r"\)[*+{]", bare)) or loops > 2 or len(re.findall(r"[|?]", bare)) > 8


def _on_one_line(value: str) -> str:
    if any(sign in value for sign in "\n\r\t"):
        message: Any = _("un nom tient sur une ligne, sans tabulation")
        raise PydanticCustomError("one_line", message)
    return value


def _as_a_banner(value: str) -> str:
    if any(sign in value for sign in "\n\r\t") or "^C" in value or value != value.strip():
        message: Any = _("une bannière tient sur une ligne, sans blanc au bord ni « ^C »")
        raise PydanticCustomError("banner", message)
    return value


def is_marked(field: FieldInfo, mark: str) -> bool:
    """Tell whether a key was declared with a mark: ``NOT_OBSERVED``, ``UNIQUE``."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and mark in extra


Text = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_on_one_line)]
SomeNames = Annotated[tuple[Name, ...], Field(min_length=1)]
Banner = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_as_a_banner)]
Id = Annotated[
    str,
    matches(_ID, mark("identifiant attendu : minuscules, chiffres, tirets"), "id"),
    WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"}),
]
Network = Annotated[
    IPv4Network,
    BeforeValidator(_network),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9.]+/[0-9]+$"}),
]
Mac = Annotated[
    str,
    StringConstraints(to_lower=True),
    matches(_MAC, mark("adresse MAC attendue, comme 02:00:00:07:00:09"), "mac"),
    WithJsonSchema({"type": "string", "pattern": f"^{_MAC.pattern}$"}),
]
Clock = Annotated[
    str,
    matches(_CLOCK, mark("heure attendue, comme 12:30"), "clock"),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK.pattern}$"}),
]
Url = Annotated[
    str,
    matches(_URL, mark("adresse web attendue, comme https://intranet.moana.test/"), "url"),
    WithJsonSchema({"type": "string", "format": "uri"}),
]
SshAddress = Annotated[
    str,
    matches(_SSH, mark("adresse attendue : ssh://compte@hote, sans mot de passe"), "address"),
    Field(max_length=300),
    WithJsonSchema({"type": "string", "pattern": f"^({_SSH.pattern})$"}),
]
Domain = Annotated[
    str,
    matches(_DNS, mark("nom de domaine attendu, comme moana.test"), "domain"),
    WithJsonSchema({"type": "string", "format": "hostname"}),
]
SecretRef = Annotated[
    str,
    matches(REFERENCE, mark("un secret s'écrit ${secret:nom}, jamais en clair"), "secret"),
    WithJsonSchema({"type": "string", "pattern": r"^\$\{secret:[a-z][a-z0-9_]*\}$"}),
]
SeedRef = Annotated[
    str,
    matches(_SEED, mark("graine attendue : env:VARIABLE, file:/chemin ou demo:TEXTE"), "secret"),
    WithJsonSchema({"type": "string", "pattern": f"^({_SEED.pattern})$"}),
]
Pattern = Annotated[
    str, BeforeValidator(_regex), WithJsonSchema({"type": "string", "format": "regex"})
]
Vid = Annotated[int, Field(ge=1, le=4094)]
TcpPort = Annotated[int, Field(ge=1, le=65535)]
HostNumber = Annotated[int, Field(ge=0, le=65535)]


def _code(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    message: Any = _("numéro ou code attendu, comme 6 ou A-1")
    raise PydanticCustomError("code", message)


Code = Annotated[
    int | str,
    BeforeValidator(_code),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": f"^{_CODE.pattern}$"},
            ]
        }
    ),
]
"""What an official text calls something: a number, or a code of its own."""
Positive = Annotated[int, Field(ge=1, le=100_000_000)]
Natural = Annotated[int, Field(ge=0, le=100_000_000)]
FILE_PART = (
    r"(?!(?i:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(\.|$|\\))"
    r"[^\\/:*?\"<>|\s]([^\\/:*?\"<>|\n\r\t]*[^\\/:*?\"<>|\s.])?"
)
"""Name of a file or folder (Microsoft, "Naming files, paths, and namespaces")."""
FileName = Annotated[
    str,
    matches(re.compile(FILE_PART), mark("nom de fichier attendu, comme temoin.txt"), "file_name"),
    Field(max_length=64),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
Folder = Annotated[
    str,
    matches(
        re.compile(rf"[C-Z]:(\\{FILE_PART})+"), mark("dossier attendu, comme D:\\Donnees"), "folder"
    ),
    Field(max_length=200),
    WithJsonSchema({"type": "string", "pattern": r"^[C-Z]:\\"}),
]
MailAddress = Annotated[
    str,
    matches(
        re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),
        mark("adresse de messagerie attendue, comme jury@centre.test"),
        "mail_address",
    ),
    Field(max_length=254),
    WithJsonSchema({"type": "string", "pattern": "@"}),
]
IdleTime = Annotated[int, Field(ge=1, le=599_940)]
"""Seconds (Microsoft, "Interactive logon: Machine inactivity limit"); 0 would never lock."""
PasswordLength = Annotated[int, Field(ge=1, le=128)]
"""Characters (Microsoft, "Minimum password length"): 14, or 128 where the limit is relaxed; 0 would
ask for no password."""
LeaseTime = Annotated[int, Field(ge=1, le=1_193_046)]
"""Hours of a DHCP lease: its seconds are written in 32 bits (RFC 2132, 9.2)."""
Drive = Annotated[
    str,
    matches(_DRIVE, mark("lettre de lecteur attendue, comme S:"), "drive"),
    WithJsonSchema({"type": "string", "pattern": "^[D-Z]:$"}),
]
Person = Annotated[tuple[Name, Name], Field(description="prénom, nom")]
Range = Annotated[
    tuple[HostNumber, HostNumber], Field(description="premier et dernier numéros d'hôte")
]
