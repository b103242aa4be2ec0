"""The ZIP that an office document is: what it is one of, and what it must not hold.

Nothing is unpacked before its announced sizes were looked at, and no member is unpacked beyond the
size it announces: the ZIP of a stranger lies.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from labctl.connect.depot.refusal import Refused
from labctl.core.i18n import _
from labctl.core.verdict import Reason

MOST_ENTRIES, MOST_BYTES, MOST_RATIO = 400, 48 << 20, 200
"""Members of a ZIP, bytes unpacked in all, and times its packed size that one may unpack to."""
_SMALL = 1 << 20
"""Bytes below which a ratio means nothing: an empty table packs a thousandfold."""
_ODF = "application/vnd.oasis.opendocument."
_MIME, _TYPES = "mimetype", "[Content_Types].xml"
_HREF = "{http://www.w3.org/1999/xlink}href"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\|\.\./")
_LINKS = ("a", "hyperlink")
"""What a reader clicks on: nothing is fetched by opening the document."""
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|Basic/|Scripts/|macrosheets/)", re.IGNORECASE)


class Kind(StrEnum):
    """The formats that are read."""

    ODT = "odt"
    ODS = "ods"
    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Package:
    """A document of members, all of them unpacked."""

    kind: Kind
    members: Mapping[str, bytes]

    def parse(self, name: str) -> etree._Element:
        """Return a part that is XML; an empty element where the document has no such part."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        return etree.fromstring(self.members.get(name) or b"<none/>", parser)


def open_package(content: bytes) -> Package:
    """Return what is in an office document; Refused when labctl does not read such a one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            members = dict(_unpack(file))
    except NotImplementedError as exc:  # a RuntimeError: before the others
        raise Refused(_("le fichier est compressé d'une façon inconnue")) from exc
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as exc:
        raise Refused(_("le fichier est abîmé, ou n'est pas entier")) from exc
    package = Package(_find_kind(members), members)
    _refuse_encrypted(package)
    _refuse_macros(package)
    for name, member in members.items():
        if member and name.endswith((".xml", ".rels", ".rdf")):
            _look_at(name, member)
    return package


def _unpack(file: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    found = file.infolist()
    _look_over(found)
    for each in found:
        with file.open(each) as member:
            yield each.filename, member.read(each.file_size)


def _look_over(found: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse a list of members that is not one of an office document."""
    if len(found) > MOST_ENTRIES:
        raise Refused(_("le fichier contient trop de parties"), Reason.OUTPUT_LIMIT)
    if len({each.filename for each in found}) < len(found):
        raise Refused(_("deux parties du fichier ont le même nom"))
    if any(each.flag_bits & 1 for each in found):
        raise Refused(_("le fichier est chiffré"))
    for each in found:
        if _is_elsewhere(each.filename):
            raise Refused(_("une partie du fichier a un nom qui mène ailleurs"))
        if each.file_size > max(_SMALL, MOST_RATIO * each.compress_size):
            raise Refused(_("le fichier se décompresse démesurément"), Reason.OUTPUT_LIMIT)
    if sum(each.file_size for each in found) > MOST_BYTES:
        raise Refused(_("le fichier se décompresse démesurément"), Reason.OUTPUT_LIMIT)


def _is_elsewhere(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name


def _find_kind(members: Mapping[str, bytes]) -> Kind:
    mime = members.get(_MIME, b"")[:100].decode("ascii", "replace").strip()
    if mime.startswith(_ODF):
        for ending, kind in (("text", Kind.ODT), ("spreadsheet", Kind.ODS)):
            if mime.removeprefix(_ODF) == ending:
                return kind
    if _TYPES in members:
        for place, kind in (("word/document.xml", Kind.DOCX), ("xl/workbook.xml", Kind.XLSX)):
            if place in members:
                return kind
    raise Refused(_("ce n'est pas un document ODT, ODS, DOCX, XLSX ou PDF"))


def _refuse_encrypted(package: Package) -> None:
    if b"encryption-data" in package.members.get("META-INF/manifest.xml", b""):
        raise Refused(_("le fichier est chiffré"))


def _refuse_macros(package: Package) -> None:
    types = package.members.get(_TYPES, b"")
    if any(map(_MACROS.search, package.members)) or b"macroEnabled" in types:
        raise Refused(_("le document contient des macros"))


def _look_at(name: str, member: bytes) -> None:
    """Refuse entities, and what is fetched from elsewhere when the document is opened."""
    if b"<!DOCTYPE" in member or b"<!ENTITY" in member or _is_utf16(member):
        raise Refused(_("le document déclare des entités XML"))
    try:
        for _event, element in etree.iterparse(
            io.BytesIO(member), events=("start",), resolve_entities=False, no_network=True
        ):
            if _fetches(name, element):
                raise Refused(_("le document va chercher quelque chose ailleurs"))
    except etree.XMLSyntaxError as exc:
        raise Refused(_("le document n'est pas du XML correct")) from exc


def _is_utf16(member: bytes) -> bool:
    """Tell whether a text is in an encoding in which words are not found as they are."""
    return member[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in member[:4]


def _fetches(name: str, element: etree._Element) -> bool:
    tag = str(element.tag).rpartition("}")[2]
    if name.endswith(".rels"):
        kind = element.get("Type", "").rpartition("/")[2]
        return element.get("TargetMode") == "External" and kind not in _LINKS
    if tag in ("script", "event-listener", "fldSimple", "dde-source"):
        return tag != "fldSimple" or "DDE" in "".join(element.attrib.values())
    return tag not in _LINKS and bool(_SCHEME.match(element.get(_HREF, "")))
