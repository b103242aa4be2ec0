"""Answer files of Windows Setup: a template, the values of a plan, a schema of our own."""

import re
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from labctl.core import paths
from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.core.errors import Mistake, ProviderError, SpecError
from labctl.core.i18n import _

SCHEMA = ("vm_templates", "windows", "unattend.rng")
_NAME = re.compile(r"\$\{([a-z_]+)\}")
_WHERE = re.compile(r"^[^\n]*?:([0-9]+): (.*)$", re.MULTILINE)
_CHECK_S = 20.0


def render(template: Path, values: Mapping[str, str]) -> str:
    """Return a template with every ``${name}`` replaced, escaped as XML text.

    Raises SpecError, with file and line, for a name that has no value.
    """
    text = template.read_text(encoding="utf-8")
    mistakes = [
        Mistake(
            str(template),
            number,
            _("valeur inconnue : « %(name)s »") % {"name": name},
            "modele",
            hint=_("valeurs connues : %(names)s") % {"names": ", ".join(sorted(values))},
        )
        for number, line in enumerate(text.splitlines(), start=1)
        for name in _NAME.findall(line)
        if name not in values
    ]
    if mistakes:
        raise SpecError(tuple(mistakes))
    return _NAME.sub(lambda found: escape(values[found[1]]), text)


def check(text: str, name: str) -> None:
    """Raise SpecError when an answer file holds anything our schema does not know.

    The first line of the file at fault is named; ``name`` is the file people know.
    """
    schema = paths.find_content(*SCHEMA)
    argv = ("xmllint", "--nonet", "--noout", "--relaxng", str(schema), "-")
    done = run(argv, Deadline.after(_CHECK_S), stdin=text, check=False)  # its secrets in no file
    if done.exit_code == 0:
        return
    found = _WHERE.search(done.stderr)
    if found is None:
        raise ProviderError(_("xmllint ne lit pas %(name)s") % {"name": name}, hint=done.stderr)
    raise SpecError((Mistake(name, int(found[1]), found[2], "unattend"),))
