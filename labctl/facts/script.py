"""The one script of a visit: what no CIM class of Windows tells, in parts that topics bring.

Starting PowerShell costs more than all other questions together, so that the parts asked of a
machine are joined into one script, and each reader finds its own in the answer. What a part finds
is numbers, paths and moments: words of Windows are in its language. A part that fails says why, and
costs no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from labctl.connect.base import Answer, Question, Transport
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.facts.cim import CIM_TIMEOUT_S
from labctl.facts.instances import Instance, read_result
from labctl.facts.probe import NotUnderstood

_PARTS = "parts"
_SCRIPT = r"""$ErrorActionPreference = 'Stop'
$facts = @{}
function Fact($name, $find) {
try { $facts[$name] = @{ found = @(& $find) } }
catch { $facts[$name] = @{ error = [string]$_.Exception.Message } }
}
%s
ConvertTo-Json -Compress -Depth 4 -InputObject $facts
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a part of the script found; ``problem`` says why it found nothing out."""

    found: tuple[Any, ...] = ()
    problem: str = ""

    def instances(self) -> tuple[Instance, ...]:
        """Return what was found, where it is objects."""
        if not all(isinstance(one, Mapping) for one in self.found):
            raise NotUnderstood(_("PowerShell : des objets étaient attendus"))
        return self.found


def ask_part(node: NodeName, name: str, code: str, text: str) -> Question:
    """Ask a Windows to play a part of the script of the visit: PowerShell that outputs values.

    ``name`` is a word of which ``read_told`` finds the answer, ``text`` says what is called.
    """
    return Question(node, Transport.CIM, text, {_PARTS: {name: code}}, 2 * CIM_TIMEOUT_S)


def is_part(question: Question) -> bool:
    """Tell whether a question is made of parts of the script."""
    return _PARTS in question.body


def join_parts(one: Question, other: Question) -> Question:
    """Return both as one; ValueError where they give the same name to different parts."""
    parts, more = _parts_of(one), _parts_of(other)
    if any(parts.get(name, code) != code for name, code in more.items()):
        raise ValueError("two parts of the script have the same name")
    texts = dict.fromkeys((*one.text.split(", "), *other.text.split(", ")))
    return replace(one, text=", ".join(texts), body={_PARTS: {**parts, **more}})


def write_script(question: Question) -> Question:
    """Return the question as it is asked: its parts as one PowerShell text that prints JSON."""
    parts = (
        f"Fact {name} {{\n{code.strip()}\n}}" for name, code in sorted(_parts_of(question).items())
    )
    text = f"PowerShell : {question.text}"
    return replace(question, text=text, body={"script": _SCRIPT % "\n".join(parts)})


def read_told(answer: Answer, name: str) -> Told:
    """Return what a part of the script found; what hindered all of it is a problem of each."""
    if answer.trouble is not None:
        return Told(problem=answer.trouble.detail)
    told = read_result(answer).get(name)
    if isinstance(told, Mapping) and isinstance(told.get("found"), list):
        return Told(tuple(told["found"]))
    if isinstance(told, Mapping) and isinstance(told.get("error"), str):
        return Told(problem=told["error"] or "?")
    raise NotUnderstood(
        _("%(what)s : rien de compréhensible sur « %(name)s »")
        % {"what": answer.question.text, "name": name}
    )


def _parts_of(question: Question) -> Mapping[str, str]:
    return cast("Mapping[str, str]", question.body[_PARTS])
