"""CIM questions: what may be asked of a Windows, checked and put into words; pure."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from labctl.connect.cim.registry import HIVES, READERS
from labctl.connect.cim.wsman.xml import ENUMERATION, WSMAN

_ROOT = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
_WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
_NAMESPACE = re.compile(r"root(?:/[A-Za-z0-9_]+)*", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_READING = re.compile(r"(?:Get|Enum|Check)[A-Z][A-Za-z]*")
_WHERE_MOST = 2000
COMMAND_MOST = 7900
"""Most characters of a command line: cmd.exe cuts at 8191."""
MARKS = ("<labctl>", "</labctl>")
"""What is around a script's answer, for a shell may say more than it was asked."""
MAX_ELEMENTS = 1000
FORBIDDEN = frozenset({
    "win32_product", "win32_softwarefeature", "win32_softwareelement", "cim_product",
    "cim_softwarefeature", "cim_softwareelement", "cim_logicalelement",
    "cim_managedsystemelement", "cim_managedelement", "msft_installedproduct",
})  # fmt: skip
"""Reading them has every product of the machine checked and repaired; the last are their kin."""
_FORBIDDEN_TEXT = re.compile("win32_product|win32_software(?:feature|element)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """Instances of a class: those of a condition, or the one that the selectors name."""

    namespace: str
    class_name: str
    where: str
    properties: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)  # of the provider: PolicyStore…
    selectors: Mapping[str, str] | None = None

    @property
    def uri(self) -> str:
        """Return the address of the class, or the one that queries of a namespace have."""
        return f"{_ROOT}/{self.namespace}/{'*' if self.selectors is None else self.class_name}"


@dataclass(frozen=True, slots=True)
class Method:
    """A method that reads, of a class or of the instance that the selectors name."""

    namespace: str
    class_name: str
    name: str
    selectors: Mapping[str, str]
    arguments: Mapping[str, object]

    @property
    def uri(self) -> str:
        """Return the address of the class."""
        return f"{_ROOT}/{self.namespace}/{self.class_name}"


@dataclass(frozen=True, slots=True)
class Keys:
    """Registry keys, and the values wanted of each, by name and type."""

    hive: str
    path: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """A PowerShell text that prints JSON, for what no class holds."""

    text: str


def parse_question(body: Mapping[str, object]) -> Query | Method | Keys | Script:
    """Return the question of a body; ValueError says what is wrong with it."""
    if "script" in body:
        return _parse_script(str(body["script"]))
    if "hive" in body:
        return _parse_keys(body)
    namespace, class_name = str(body.get("namespace")), str(body.get("class"))
    if not _NAMESPACE.fullmatch(namespace) or not _NAME.fullmatch(class_name):
        raise ValueError(f"namespace, class: {namespace} {class_name}")
    if class_name.lower() in FORBIDDEN:
        raise ValueError(f"class that must never be read: {class_name}")
    if "method" in body:
        return _parse_method(namespace, class_name, body)
    return _parse_query(namespace, class_name, body)


def render_enumerate(query: Query) -> ET.Element:
    """Return the body that asks for the first page, and for its instances at once."""
    enumerate_ = ET.Element(f"{{{ENUMERATION}}}Enumerate")
    ET.SubElement(enumerate_, f"{{{WSMAN}}}OptimizeEnumeration")
    ET.SubElement(enumerate_, f"{{{WSMAN}}}MaxElements").text = str(MAX_ELEMENTS)
    ET.SubElement(enumerate_, f"{{{WSMAN}}}Filter", Dialect=_WQL).text = render_wql(query)
    return enumerate_


def render_wql(query: Query) -> str:
    """Return the query in the machine's language."""
    wanted = ",".join(query.properties) or "*"
    where = f" WHERE {query.where}" if query.where else ""
    return f"SELECT {wanted} FROM {query.class_name}{where}"  # noqa: S608  # WQL cannot change


def render_pull(context: str) -> ET.Element:
    """Return the body that asks for the next page."""
    pull = ET.Element(f"{{{ENUMERATION}}}Pull")
    ET.SubElement(pull, f"{{{ENUMERATION}}}EnumerationContext").text = context
    ET.SubElement(pull, f"{{{ENUMERATION}}}MaxElements").text = str(MAX_ELEMENTS)
    return pull


def render_release(context: str) -> ET.Element:
    """Return the body that gives up an enumeration."""
    release = ET.Element(f"{{{ENUMERATION}}}Release")
    ET.SubElement(release, f"{{{ENUMERATION}}}EnumerationContext").text = context
    return release


def render_input(method: Method) -> ET.Element:
    """Return the body that calls a method."""
    called = ET.Element(f"{{{method.uri}}}{method.name}_INPUT")
    for name, value in method.arguments.items():
        values = value if isinstance(value, (list, tuple)) else (value,)
        for one in values:
            ET.SubElement(called, f"{{{method.uri}}}{name}").text = _render_value(one)
    return called


def render_command(script: str) -> tuple[str, ...]:
    """Return the command line that plays a script: no profile, no progress bar, UTF-8 out."""
    whole = (
        "$ProgressPreference='SilentlyContinue';"
        "[Console]::OutputEncoding=New-Object Text.UTF8Encoding $false;"
        f"'{MARKS[0]}'\n{script}\n'{MARKS[1]}'"
    )
    encoded = base64.b64encode(whole.encode("utf-16-le")).decode()
    options = ("-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass")
    return ("powershell.exe", *options, "-EncodedCommand", encoded)


def _parse_script(text: str) -> Script:
    if _FORBIDDEN_TEXT.search(text):
        raise ValueError("script: a class that must never be read")
    if len(" ".join(render_command(text))) > COMMAND_MOST:
        raise ValueError(f"script: longer than a command line may be ({len(text)} characters)")
    return Script(text)


def _parse_keys(body: Mapping[str, object]) -> Keys:
    hive, path, values = str(body["hive"]), str(body.get("keys", "")), body.get("values")
    if hive not in HIVES or not path.isprintable() or not path:
        raise ValueError(f"hive, keys: {hive} {path!r}")
    if not isinstance(values, Mapping) or not values or not set(values.values()) <= READERS.keys():
        raise ValueError(f"values: names, and types among {', '.join(READERS)}")
    return Keys(hive, path, {str(name): str(kind) for name, kind in values.items()})


def _parse_query(namespace: str, class_name: str, body: Mapping[str, object]) -> Query:
    where = str(body.get("where", ""))
    properties = _names(body.get("properties", ()))
    if len(where) > _WHERE_MOST or not where.isprintable():
        raise ValueError(f"where: {where[:60]!r}")
    selectors = _texts(body["selectors"]) if "selectors" in body else None
    if selectors is not None and where:
        raise ValueError("selectors and where: one or the other")
    options = _texts(body.get("options", {}))
    return Query(namespace, class_name, where, properties, options, selectors)


def _parse_method(namespace: str, class_name: str, body: Mapping[str, object]) -> Method:
    name = str(body["method"])
    if not _READING.fullmatch(name):
        raise ValueError(f"method that may not only read: {name}")
    arguments = body.get("arguments", {})
    if not isinstance(arguments, Mapping):
        raise TypeError("arguments")
    _names(tuple(arguments))
    selectors = _texts(body.get("selectors", {}))
    return Method(namespace, class_name, name, selectors, arguments)


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise TypeError("properties: a list of names")
    wrong = [name for name in value if not _NAME.fullmatch(str(name))]
    if wrong:
        raise ValueError(f"property: {wrong[0]!r}")
    return tuple(str(name) for name in value)


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError("selectors, options: names and texts")
    _names(tuple(value))
    return {str(name): str(text) for name, text in value.items()}


def _render_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
