"""A look at one thing on a bench, and what it must show.

It is a check, a command and its answer, a question to a Windows and its answer in JSON, or a plain
thing: a file, a service, a port.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from labctl.core.i18n import _
from labctl.core.ids import CheckId, NodeName
from labctl.spec.aim import MEANT, Aim, find_aims, find_lacking, find_strays
from labctl.spec.fields import Block, Pattern, key
from labctl.spec.loader import Path_, Source
from labctl.spec.step import Line, MachinePath

LONGEST_S = 60.0
_REFERENCE = r"\$\{"
Thing = Annotated[str, Field(pattern=rf"^([A-Za-z0-9][\w.@+ -]*|{_REFERENCE}.*)$", max_length=200)]
Port = Annotated[int, Field(ge=1, le=65535)] | Annotated[str, Field(pattern=rf"^{_REFERENCE}")]
WebAddress = Annotated[str, Field(pattern=r"^(https?://|\$\{).+", max_length=300)]


@dataclass(frozen=True, slots=True)
class Healthy:
    """What a command answers on a healthy bench; all that is said must hold.

    ``output`` is found in what it prints, ``without`` is not. They are regular expressions, in
    which ``^`` and ``$`` are the ends of a line.
    """

    exit: int | None = None
    output: str = ""
    without: str = ""

    def is_met(self, exit_code: int | None, answer: str) -> bool:
        """Tell whether an answer is that of a healthy bench."""
        return (
            self.exit in (None, exit_code)
            and (not self.output or re.search(self.output, answer, re.MULTILINE) is not None)
            and (not self.without or re.search(self.without, answer, re.MULTILINE) is None)
        )


@dataclass(frozen=True, slots=True)
class CimQuestion:
    """What is asked of a Windows: properties of the instances of a class, or registry values."""

    namespace: str = ""
    class_name: str = ""
    where: str = ""
    properties: tuple[str, ...] = ()
    hive: str = ""
    key: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Return all that may refer to something."""
        return (self.where, self.key)

    def map(self, change: Callable[[str], str]) -> "CimQuestion":
        """Return the question with each of its texts changed."""
        return replace(self, where=change(self.where), key=change(self.key))

    def spell(self) -> str:
        """Return what a report prints of it."""
        return (
            f"{self.hive}\\{self.key}" if self.hive else f"{self.class_name} {self.where}".strip()
        )

    def body(self) -> dict[str, object]:
        """Return what a session is asked (``labctl.connect.base.Question``)."""
        if self.hive:
            return {"hive": self.hive, "keys": self.key, "values": dict(self.values)}
        return {
            "namespace": self.namespace,
            "class": self.class_name,
            "where": self.where,
            "properties": self.properties,
        }


@dataclass(frozen=True, slots=True)
class Watch:
    """A look: at the verdict of ``check``, or at what a machine answers.

    It answers ``argv``, ``cli``, or ``cim``: that answer is JSON and has no exit code.
    ``settle_s`` is the longest that a healthy answer may be waited for. One of a ``face`` is only
    for a machine that has it. One that is ``aside`` may take seconds, and nothing waits behind it.
    """

    name: str
    check: CheckId
    node: NodeName
    argv: tuple[str, ...]
    cli: str
    healthy: Healthy
    settle_s: float
    face: str
    label: str
    line: int
    cim: CimQuestion | None = None
    aim: Aim | None = None
    aside: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """Return all that may refer to something."""
        asked = (*self.argv, self.cli, *(self.cim.texts if self.cim else ()))
        aimed = self.aim.texts if self.aim else ()
        return (self.node, *asked, self.healthy.output, self.healthy.without, *aimed)

    def put(self, node: NodeName) -> "Watch":
        """Return the same on another machine."""
        return replace(self, node=node, name=f"{self.name}@{node}")

    def map(self, change: Callable[[str], str], in_pattern: Callable[[str], str] = str) -> "Watch":
        """Return the look with each of its texts changed, its regular expressions another way."""
        output, without = map(in_pattern, (self.healthy.output, self.healthy.without))
        return replace(
            self,
            node=NodeName(change(self.node)),
            argv=tuple(map(change, self.argv)),
            cli=change(self.cli),
            healthy=replace(self.healthy, output=output, without=without),
            cim=self.cim and self.cim.map(change),
            aim=self.aim and self.aim.map(change),
        )


class HealthyBlock(Block):
    """The answer of a healthy bench, in the file."""

    exit: int | None = key("exit", "code de fin de la commande", default=None)
    output: Pattern = key("output", "expression régulière trouvée dans la réponse", default="")
    without: Pattern = key("without", "expression régulière absente de la réponse", default="")

    @model_validator(mode="after")
    def says_something(self) -> "HealthyBlock":
        """Refuse a block that any answer satisfies."""
        if self.exit is None and not self.output and not self.without:
            raise _refuse(_("« healthy » a au moins « exit », « output » ou « without »"))
        return self


class CimBlock(Block):
    """A question to a Windows, in the file."""

    namespace: str = key("namespace", "espace de noms : root/cimv2", default="")
    class_name: str = key("class", "classe, dont les instances sont lues", default="")
    where: str = key("where", "condition WQL", default="")
    properties: tuple[Line, ...] = key("properties", "propriétés lues", default=())
    hive: Literal["", "HKLM", "HKU"] = key("hive", "ruche du registre", default="")
    path: str = key("key", "clé du registre", default="")
    values: dict[Line, Literal["string", "expanded", "strings", "dword"]] = key(
        "values", "valeurs lues, et leur type", default={}
    )

    @model_validator(mode="after")
    def one_kind(self) -> "CimBlock":
        """Refuse a question of two kinds, or of none."""
        asked = (self.namespace, self.class_name, self.properties)
        read = (self.hive, self.path, self.values)
        is_class = all(asked) and not any(read)
        if not is_class and not (all(read) and not any((*asked, self.where))):
            raise _refuse(
                _("« cim » : namespace, class et properties, ou bien hive, key et values")
            )
        return self

    def read(self) -> CimQuestion:
        """Return the question."""
        return CimQuestion(
            self.namespace,
            self.class_name,
            self.where,
            self.properties,
            self.hive,
            self.path,
            tuple(self.values.items()),
        )


class WatchBlock(Block):
    """A look, in the file."""

    check: Annotated[str, Field(pattern=r"^([A-Z]-[0-9]{3})?$")] = key(
        "check", "contrôle du catalogue qui le voit", default=""
    )
    on: str = key("on", "machine du banc : un nom, ou ${plan.demands.dhcp.on.0}", default="")
    run: tuple[Line, ...] = key(
        "run", "commande qui ne fait que lire, et ses arguments, un par élément", default=()
    )
    cli: str = key("cli", "commande d'affichage d'un équipement", default="")
    cim: CimBlock | None = key(
        "cim", "classe ou registre d'un Windows : la réponse est en JSON, sans code", default=None
    )
    file: MachinePath = key("file", "fichier d'un Linux ; la réponse est son texte", default="")
    service: Thing = key("service", "service qui tourne, d'un Linux ou d'un Windows", default="")
    package: Thing = key("package", "paquet Debian installé ; réponse : sa version", default="")
    port: Port = key("port", "port TCP ouvert, vu de « from »", default="")
    http: WebAddress = key("http", "adresse web de la machine, vue de « from »", default="")
    ldap: Thing = key("ldap", "attribut de l'annuaire, des objets que dit « filter »", default="")
    seen_from: str = key("from", "segment d'où l'on regarde (port, http)", default="")
    filter: str = key("filter", "filtre LDAP (ldap)", default="")
    base: str = key("base", "d'où l'on cherche, un DN (ldap)", default="")
    healthy: HealthyBlock | None = key(
        "healthy", "réponse d'un banc sain ; sans elle, la chose y est (exit: 0)", default=None
    )
    settle_s: float = key(
        "settle_s", "secondes au plus avant que la réponse soit saine", default=0.0, ge=0,
        le=LONGEST_S,
    )  # fmt: skip
    face: str = key("face", "n'est regardé que sur une machine qui a cette face", default="")
    label: str = key("label", "ce qui est regardé, en quelques mots", default="")

    @model_validator(mode="after")
    def one_kind(self) -> "WatchBlock":
        """Refuse a look that says several things, or not enough."""
        aims = find_aims(self)
        questions = sum(map(bool, (self.run, self.cli, self.cim)))
        asked = self.on and (questions == 0 or self.healthy) and questions + len(aims) == 1
        other = self.on or questions or aims or self.healthy
        if bool(self.check) == bool(asked) or (self.check and other):
            things = ", ".join(MEANT)
            said = _(
                "on regarde « check », ou une seule chose « on » une machine :"
                " run, cli ou cim, avec « healthy », ou l'une de %(things)s"
            )
            raise _refuse(said % {"things": things})
        if self.check and self.settle_s:
            raise _refuse(_("« check » attend déjà ce qu'il faut : sans « settle_s »"))
        if self.cim and self.healthy and self.healthy.exit is not None:
            raise _refuse(_("une réponse à « cim » n'a pas de code de fin"))
        if lacking := find_lacking(self):
            raise _refuse(_("il manque « %(keys)s »") % {"keys": ", ".join(lacking)})
        if strays := find_strays(self):
            raise _refuse(_("« %(keys)s » n'a pas de sens ici") % {"keys": ", ".join(strays)})
        return self


def read_watches(source: Source, at: Path_, blocks: tuple[WatchBlock, ...]) -> tuple[Watch, ...]:
    """Return the looks of a list in a file, or of the only one there, each with its line."""
    return tuple(_read(source, at, rank, block) for rank, block in enumerate(blocks))


def rename(watch: Watch, owner: str) -> Watch:
    """Return a look under a name that no other file gives."""
    return replace(watch, name=f"{owner}/{watch.name}")


def _read(source: Source, at: Path_, rank: int, block: WatchBlock) -> Watch:
    aims = find_aims(block)
    healthy = block.healthy or HealthyBlock(exit=0)
    is_there = 0 if aims and healthy.exit is None else healthy.exit
    return Watch(
        f"{at[-1]}/{rank}",
        CheckId(block.check),
        NodeName(block.on),
        block.run,
        block.cli,
        Healthy(is_there, healthy.output, healthy.without),
        block.settle_s,
        block.face,
        block.label,
        source.line_of((*at, rank)),
        block.cim.read() if block.cim else None,
        aims[0] if aims else None,
    )


def _refuse(message: str) -> PydanticCustomError:
    return PydanticCustomError("watch", "{text}", {"text": message})
