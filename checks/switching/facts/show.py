"""Rows of a show command, by the ntc-templates; an answer they do not fit is not understood.

The templates are used one by one rather than through the library's index: compiling that index
costs 0.2 s, a template a few milliseconds.
"""

import io
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    _,
    not_understood,
    read_text,
    show,
)

TEMPLATES = {
    "show interfaces": "cisco_ios_show_interfaces",
    "show interfaces status": "cisco_ios_show_interfaces_status",
    "show interfaces switchport": "cisco_ios_show_interfaces_switchport",
    "show ip interface brief": "cisco_ios_show_ip_interface_brief",
    "show ip route": "cisco_ios_show_ip_route",
    "show mac address-table": "cisco_ios_show_mac-address-table",
}
LINES_CAP = 5000
SHOW_LINE_CAP = 512
Row = dict[str, str | list[str]]
_NAME, _WHOLE_NAME = "Value NAME (.+?)", r"Value NAME (.*\S)"
"""How the template of a table cuts its descriptions, and how it must.

A description may hold a word that is also a state: the state is the last one of the line, not the
first (https://github.com/networktocode/ntc-templates/issues/1397).
"""
_OTHER_ENDS = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What Python and the templates take for the end of a line, and no device does."""
_REFUSED = re.compile(
    r"^[ \t]*% ?(Invalid|Incomplete|Ambiguous|Unknown|Authorization)", re.MULTILINE
)


def preload() -> None:
    """Compile every template: a process that forks one child per bench does it once for all."""
    for template in TEMPLATES.values():
        _compile(template)


def parse_show(answer: Answer, *, may_be_empty: re.Pattern[str] | None = None) -> tuple[Row, ...]:
    """Return the rows of a show command.

    No row from a text that says something is not understood, never « nothing there », unless the
    whole text matches ``may_be_empty``, which is how the device words an empty table.
    """
    command = answer.question.text
    text = read_show(answer)
    rows = _parse(TEMPLATES[command], command, text)
    if not rows and not (may_be_empty and may_be_empty.fullmatch(text.strip())):
        raise NotUnderstood(
            _("%(what)s : aucune ligne comprise dans %(count)d caractères")
            % {"what": command, "count": len(text)}
        )
    return rows


def read_show(answer: Answer) -> str:
    """Return the text of a show command that the device did not refuse."""
    text = read_text(answer)
    if _OTHER_ENDS.search(text):
        raise NotUnderstood(_("caractères de commande dans la réponse"))
    lines = text.splitlines()
    if len(lines) > LINES_CAP or any(len(line) > SHOW_LINE_CAP for line in lines):
        raise NotUnderstood(
            _("%(what)s : plus de texte qu'un commutateur n'en a à dire")
            % {"what": answer.question.text}
        )
    if refused := _REFUSED.search(text):
        raise not_understood(answer.question.text, refused.group().strip())
    return text


def field(row: Row, name: str) -> str:
    """Return a single-valued column."""
    value = row[name]
    return value if isinstance(value, str) else ",".join(value)


def _parse(template: str, command: str, text: str) -> tuple[Row, ...]:
    from textfsm import TextFSMError

    parser = _compile(template)
    parser.Reset()  # it keeps the rows of the text before
    try:
        return tuple(parser.ParseTextToDicts(text))
    except TextFSMError as exc:
        raise not_understood(command, exc) from exc


@lru_cache
def _compile(name: str) -> Any:
    from textfsm import TextFSM  # late: whoever only names a fact needs none of it

    text = files("ntc_templates").joinpath(f"templates/{name}.textfsm").read_text("utf-8")
    return TextFSM(io.StringIO(text.replace(_NAME, _WHOLE_NAME)))


def refuse_lost_lines(
    answer: Answer, line: str, rows: tuple[Row, ...], name: str, start: str
) -> None:
    """Refuse a table of which a line that matters became no row: its template skips in silence."""
    lines = sum(bool(re.match(line, text)) for text in read_show(answer).splitlines())
    if lines > sum(field(row, name).startswith(start) for row in rows):
        raise lost_line(answer)


def lost_line(answer: Answer) -> NotUnderstood:
    """Return the refusal of an answer of which a line became no row."""
    return NotUnderstood(
        _("%(what)s : une ligne n'a pas été comprise") % {"what": answer.question.text}
    )


def ask_commands(
    find: Callable[[Plan], NodeName], *commands: str
) -> Callable[[Plan], tuple[Question, ...]]:
    """Return what asks a device of the plan these commands."""
    return lambda plan: tuple(show(find(plan), command) for command in commands)
