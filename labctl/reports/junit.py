"""The verdicts as JUnit XML, for CI: bench and machine in every name."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as Xml

from labctl.core.i18n import _
from labctl.core.store import write_bytes
from labctl.core.untrusted import inert
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.grade.model import ASSISTED, GradeSheet
from labctl.grade.sheet import is_helped
from labctl.reports.rows import list_notices, name_machines


class JunitReport:
    """Writer of ``junit.xml``: a suite per bench."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write one file for all benches.

        Non conforme is a failure; non vérifiable an error; the others are skipped, aidé with them.
        """
        sheets = tuple(map(name_machines, sheets))
        root = Xml.Element("testsuites", name="labctl")
        for sheet in sheets:
            root.append(_suite(sheet))
        path = folder / "junit.xml"
        Xml.indent(root)
        write_bytes(path, Xml.tostring(root, encoding="utf-8", xml_declaration=True), mode=0o644)
        return (path,)


def _suite(sheet: GradeSheet) -> Xml.Element:
    name = f"banc-{sheet.bench:02d}"
    suite = Xml.Element("testsuite", name=name, timestamp=inert(sheet.collected_at))
    told = Xml.SubElement(suite, "properties")
    Xml.SubElement(told, "property", name="poste", value=sheet.workstation)
    Xml.SubElement(told, "property", name="isolation", value=inert(sheet.isolation))
    for notice in list_notices(sheet):
        Xml.SubElement(told, "property", name="avertissement", value=inert(notice))
    outside = " ".join(check.check for check in sheet.provenance.outside)
    if outside:
        Xml.SubElement(told, "property", name="non_demandes", value=inert(outside))
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for competency in sheet.competencies:
        for criterion in competency.criteria:
            for verdict in criterion.verdicts:
                suite.append(_case(name, verdict))
                counts["tests"] += 1
                kind = _kind_of(verdict)
                if kind:
                    counts[kind[1]] += 1
    for key, value in counts.items():
        suite.set(key, str(value))
    return suite


_KINDS = {
    Verdict.NON_CONFORM: ("failure", "failures"),
    Verdict.UNVERIFIABLE: ("error", "errors"),
    Verdict.BLOCKED: ("skipped", "skipped"),
    Verdict.NOT_APPLICABLE: ("skipped", "skipped"),
}


def _kind_of(verdict: CheckVerdict) -> tuple[str, str] | None:
    """Return the element of a verdict and how it is counted; None for what passes."""
    return ("skipped", "skipped") if is_helped(verdict) else _KINDS.get(verdict.verdict)


def _case(bench: str, verdict: CheckVerdict) -> Xml.Element:
    machines = ",".join(dict.fromkeys(ref.node for ref in verdict.evidence)) or _("aucune")
    case = Xml.Element(
        "testcase",
        classname=f"{bench}.{inert(machines)}.{inert(verdict.criterion)}",
        name=f"{inert(verdict.check)} {inert(verdict.label)} [{bench}, {inert(machines)}]",
    )
    kind = _kind_of(verdict)
    if verdict.assisted:
        told = Xml.SubElement(case, "properties")
        Xml.SubElement(told, "property", name="aide", value="oui")
    if kind:
        said = _(ASSISTED) if is_helped(verdict) else verdict.message
        child = Xml.SubElement(case, kind[0], message=inert(said))
        expected, found = _("attendu :"), _("constaté :")
        child.text = inert(f"{expected} {verdict.expected}\n{found} {verdict.found}")
    return case
