"""The report formats and the module that writes each, imported when used."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.grade.model import GradeSheet

FORMATS = {
    "html": "labctl.reports.html:HtmlReport",
    "json": "labctl.reports.json_report:JsonReport",
    "junit": "labctl.reports.junit:JunitReport",
    "csv": "labctl.reports.csv_report:CsvReport",
    "xlsx": "labctl.reports.xlsx:XlsxReport",
    "moodle": "labctl.reports.moodle:MoodleReport",
}


class Report(Protocol):
    """One format: writes the sheets of one or more benches in a folder."""

    def write(self, sheets: Sequence[GradeSheet], folder: Path) -> tuple[Path, ...]:
        """Write the files of this format and return their paths."""
        ...


def load(name: str) -> Report:
    """Return the writer of a format; UsageError, naming the known ones, for another name."""
    try:
        module_name, class_name = FORMATS[name].split(":")
    except KeyError:
        raise UsageError(
            _("format de rapport inconnu : « %(name)s »") % {"name": name},
            hint=_("formats connus : %(known)s") % {"known": ", ".join(FORMATS)},
        ) from None
    return cast("Report", getattr(import_module(module_name), class_name)())
