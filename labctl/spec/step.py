"""A step: what is done on one machine to break something, or to repair it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.spec.fields import Block, FileName, Pattern, key
from labctl.spec.loader import Path_, Source

CheckName = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{3}$")]
Line = Annotated[str, Field(min_length=1)]
MachinePath = Annotated[str, Field(pattern=r"^(/|\$\{)")]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a file: what a regular expression finds is replaced by a text.

    ``\\1`` to ``\\9`` in the text are the groups of the expression; nothing else is special there.
    """

    file: str
    find: str
    put: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is done on one machine: lines in configuration mode, a command, an edit, a script.

    ``exits`` are the exit codes that a command may end with, as when it is done a second time.
    A ``document`` is a change of one that the solution handed in, by its name, written again there.
    A step of a ``face`` is only for a machine that has it. ``powershell`` is a script for a
    Windows; an ``instruction`` is for the technician beside the bench, who does it by hand.
    """

    node: NodeName
    cli: tuple[str, ...]
    argv: tuple[str, ...]
    stdin: str
    line: int
    edit: Edit | None = None
    exits: tuple[int, ...] = (0,)
    face: str = ""
    powershell: str = ""
    instruction: str = ""
    document: Edit | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Return all that may refer to something."""
        edits = [edit for edit in (self.edit, self.document) if edit]
        edited = [text for edit in edits for text in (edit.file, edit.find, edit.put)]
        said = (self.stdin, self.powershell, self.instruction)
        return (self.node, *self.cli, *self.argv, *said, *edited)

    def put(self, node: NodeName) -> Self:
        """Return the same on another machine."""
        return replace(self, node=node)

    def map(self, change: Callable[[str], str], in_pattern: Callable[[str], str] = str) -> "Step":
        """Return the step with each of its texts changed, its regular expression another way."""

        def change_edit(edit: Edit | None) -> Edit | None:
            return edit and Edit(change(edit.file), in_pattern(edit.find), change(edit.put))

        return replace(
            self,
            node=NodeName(change(self.node)),
            cli=tuple(map(change, self.cli)),
            argv=tuple(map(change, self.argv)),
            stdin=change(self.stdin),
            edit=change_edit(self.edit),
            document=change_edit(self.document),
            powershell=change(self.powershell),
            instruction=change(self.instruction),
        )


class DocumentBlock(Block):
    """A change of a document that the solution handed in."""

    name: FileName = key("name", "nom du document, tel que le sujet le demande")
    find: Pattern = key("find", "expression régulière de ce qui est remplacé (^ et $ : une ligne)")
    put: str = key("put", "texte mis à la place ; \\1 à \\9 : les groupes de l'expression")


class StepBlock(Block):
    """A step of the file."""

    on: Line = key(
        "on", "machine du banc : ${machine}, celle du contrôle, ou ${plan.demands.dhcp.on.0}"
    )
    cli: tuple[Line, ...] = key(
        "cli", "lignes tapées sur l'équipement, en mode de configuration", default=()
    )
    run: tuple[Line, ...] = key("run", "commande et ses arguments, un par élément", default=())
    stdin: str = key("stdin", "texte donné en entrée à la commande", default="")
    document: DocumentBlock | None = key(
        "document", "document du corrigé, changé et remis de nouveau", default=None
    )

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        """Refuse a step that says several things, or nothing."""
        if sum(map(bool, self.acts())) != 1:
            raise PydanticCustomError("step", "{text}", {"text": self.explain()})
        return self

    def acts(self) -> tuple[object, ...]:
        """Return what the step may do: exactly one of them is said."""
        return self.cli, self.run, self.document

    def explain(self) -> str:
        """Return what a step may say."""
        return _("une étape a « cli », « run » ou « document », un seul")

    def read(self, line: int) -> Step:
        """Return the step that begins on a line."""
        own = self.document
        edit = Edit(own.name, own.find, own.put) if own else None
        return Step(NodeName(self.on), self.cli, self.run, self.stdin, line, document=edit)


class EditBlock(Block):
    """A change of a file, in the file."""

    file: MachinePath = key("file", "chemin du fichier sur la machine")
    find: Pattern = key("find", "expression régulière de ce qui est remplacé (^ et $ : une ligne)")
    put: str = key("put", "texte mis à la place ; \\1 à \\9 : les groupes de l'expression")

    def read(self) -> Edit:
        """Return the change."""
        return Edit(self.file, self.find, self.put)


class IncidentStepBlock(StepBlock):
    """A step of an incident: labctl may change a file too, and keeps the original itself."""

    edit: EditBlock | None = key(
        "edit", "fichier changé par labctl, qui en garde l'original", default=None
    )
    exits: tuple[int, ...] = key(
        "exits", "codes de fin admis de la commande, aussi quand elle est refaite", default=(0,)
    )
    face: str = key("face", "l'étape n'est que pour une machine qui a cette face", default="")
    powershell: str = key(
        "powershell", "script joué par WinRM sur un Windows, qui peut l'être deux fois", default=""
    )
    instruction: str = key(
        "instruction", "geste fait à la main par le technicien, en une phrase", default=""
    )

    def acts(self) -> tuple[object, ...]:
        """Return what the step may do: exactly one of them is said."""
        return self.cli, self.run, self.edit, self.powershell, self.instruction

    def explain(self) -> str:
        """Return what a step may say."""
        return _(
            "une étape a « cli », « run », « edit », « powershell » ou « instruction », un seul"
        )

    def read(self, line: int) -> Step:
        """Return the step that begins on a line."""
        return replace(
            super().read(line),
            edit=self.edit.read() if self.edit else None,
            exits=self.exits,
            face=self.face,
            powershell=self.powershell,
            instruction=self.instruction,
        )


def read_steps(source: Source, at: Path_, blocks: Sequence[StepBlock]) -> tuple[Step, ...]:
    """Return the steps of a list in a file, each with its line."""
    return tuple(block.read(source.line_of((*at, rank))) for rank, block in enumerate(blocks))
