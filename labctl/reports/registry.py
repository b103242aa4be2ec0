"""The report formats and the module that writes each, imported when used."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeVar, cast

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


Shown = TypeVar("Shown")
Writers = Mapping[str, tuple[str, Callable[[Shown, Path], object]]]
"""By format: the name of the file, and what writes a value into it."""


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


def write_formats(
    shown: Shown, writers: Writers[Shown], formats: Iterable[str], folder: Path
) -> tuple[Path, ...]:
    """Write one value in the named formats; UsageError, naming the known ones, for others."""
    chosen = tuple(formats)
    for name in chosen:  # all of them before the first is written
        if name not in writers:
            hint = _("formats connus : %(known)s") % {"known": ", ".join(writers)}
            raise UsageError(_("format inconnu : « %(name)s »") % {"name": name}, hint=hint)
    for name in chosen:
        file, write = writers[name]
        write(shown, folder / file)
    return tuple(folder / writers[name][0] for name in chosen)
