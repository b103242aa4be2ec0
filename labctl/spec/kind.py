"""A kind of machine: what ``vm_templates/<kind>/kind.yml`` says, and the kinds it stands on.

A kind that is silent about something says what the kind below it says (``from``): the layers are
a chain, and so is the rest. Nothing is read before somebody names the kind.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from labctl.core import i18n, paths
from labctl.core.errors import ProviderError, SpecError
from labctl.core.i18n import _
from labctl.core.once import read_once
from labctl.spec import loader
from labctl.spec.complaint import explain
from labctl.spec.fields import Block, Id, Text, key

FOLDER, FILE = "vm_templates", "kind.yml"

Amount = Annotated[int, Field(ge=1, le=10_000_000)]
Card = Annotated[str, Field(pattern=r"^[a-z][a-z0-9{}]*$", max_length=15)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=64)]
Package = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.+-]*$", max_length=64)]
Program = Annotated[str, Field(pattern=r"^/[A-Za-z0-9_./-]+$", max_length=200)]
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]
Capability = Literal["sys_admin"]
Drawing = Annotated[str, Field(pattern=r"^[MLHVCSQTAZmlhvcsqtaz0-9 .-]+$", max_length=400)]


class Words(Block):
    """A name in the two languages that labctl speaks."""

    fr: Text = key("fr", "en français")
    en: Text = key("en", "en anglais")

    def __str__(self) -> str:
        """Return the name in the language that is spoken."""
        return self.en if i18n.language() == "en" else self.fr


class NumberedPorts(Block):
    """Numbered cards: one pattern for all of them, ``{n}`` is the number."""

    card: Card = key("card", "nom d'une carte dans la machine : gi{n}")
    label: Text = key("label", "nom du port pour qui le configure, où {n} est son numéro")
    count: Annotated[int, Field(ge=1, le=64)] = key("count", "combien il y en a")


class Budget(Block):
    """What a virtual machine of the kind is given."""

    memory_mib: Amount = key("memory_mib", "mémoire, en MiB")
    disk_mib: Amount = key("disk_mib", "disque qu'une séance peut écrire, en MiB")
    vcpus: Annotated[int, Field(ge=1, le=64)] = key("vcpus", "processeurs virtuels")


class Way(Block):
    """A way in, for labctl alone."""

    protocol: Id = key("protocol", "ssh, cli, cim, ldap ou smb")
    port: Annotated[int, Field(ge=1, le=65535)] = key("port", "port TCP")
    password: Variable | None = key(
        "password", "secret du compte d'audit ; absent : sa clé SSH", default=None
    )
    is_verified: bool = key(
        "verified", "avec un mot de passe : le certificat est celui du banc", default=True
    )
    is_beside: bool = key(
        "beside",
        "par la première carte, depuis la sonde de son segment, avec un compte du domaine ; "
        "sinon par le réseau de gestion",
        default=False,
    )


class Console(Block):
    """A console that is no shell."""

    terminal: tuple[Program, ...] = key("terminal", "ce qui l'ouvre", min_length=1)
    one_line: tuple[Text, ...] = key("one_line", "ce qui exécute une ligne", min_length=1)


class Login(Block):
    """What a candidate to whom the subject gives the machine finds at its screen."""

    argv: tuple[Text, ...] = key("argv", "programme et arguments", min_length=1)
    account: Literal["root", "nobody"] = key("account", "compte qui l'exécute", default="root")


class Sign(Block):
    """The question by which a machine shows that it lives."""

    protocol: Id = key("protocol", "par quel moyen d'accès")
    ask: Mapping[str, Any] = key("ask", "la question, telle que le protocole la prend")
    timeout_s: Annotated[float, Field(gt=0, le=60)] = key(
        "timeout_s", "secondes laissées à la réponse", default=10.0
    )


class Factory(Block):
    """How a machine is delivered."""

    hostname: Id | None = key("hostname", "son nom d'hôte ; absent : celui du cahier", default=None)
    has_addresses: bool = key(
        "addresses", "avec ses adresses ; sinon le sujet les demande", default=False
    )


class Master(Block):
    """How a master is installed from the installation medium of a centre."""

    edition: Text = key("edition", "EDITIONID dans l'image : Professional, ServerStandard")
    build_min: Amount = key("build_min", "numéro de version le plus ancien")
    setup_key: Text = key(
        "setup_key", "clé publique de Microsoft qui choisit l'édition et n'active rien"
    )
    virtio_folder: Text = key("virtio_folder", "dossier de l'ISO virtio-win")
    disk_gib: Amount = key("disk_gib", "disque, en GiB")
    memory_mib: Amount = key("memory_mib", "mémoire pendant l'installation, en MiB")
    scripts: tuple[FileName, ...] = key(
        "scripts", "fichiers de ce dossier livrés avec le disque d'une machine", default=()
    )


class Account(Block):
    """An account by which a candidate enters a machine as it is delivered."""

    where: Text = key("where", "où on le tape, en français : console, page d'administration")
    name: Text | None = key("name", "identifiant ; absent : aucun n'est demandé", default=None)
    password: Text | None = key(
        "password", "mot de passe d'usine, le même partout ; absent : aucun", default=None
    )
    secret: Variable | None = key(
        "secret", "secret du banc qui est son mot de passe : l'annexe le donne", default=None
    )
    until: Variable | None = key(
        "until", "thème qui change ce compte : où il est livré, le compte n'est plus", default=None
    )


class Handing(Block):
    """What the candidate is told of a machine of the kind: documents are in French."""

    words: Text | None = key("words", "comment le sujet l'appelle", default=None)
    reach: tuple[Text, ...] = key("reach", "comment on y entre", default=())
    accounts: tuple[Account, ...] = key("accounts", "comptes de départ", default=())

    def list_open(self, delivered: Collection[str]) -> tuple[Account, ...]:
        """Return the accounts that no topic which is delivered working has changed."""
        return tuple(one for one in self.accounts if one.until not in delivered)


class Kind(Block):
    """A kind of machine, as a document."""

    name: Id = key("kind", "nom du dossier")
    parent: Id | None = key("from", "genre dont les couches sont dessous", default=None)
    packages: tuple[Package, ...] = key("packages", "paquets de la couche", default=())
    build: FileName | None = key(
        "build", "programme de ce dossier, exécuté en dernier dans la couche", default=None
    )
    start: Program | None = key("start", "programme que lance le PID 1", default=None)
    provision: Program | None = key(
        "provision", "programme qui écrit la couche d'un domaine", default=None
    )
    check: Program | None = key("check", "programme qui dit si la machine est prête", default=None)
    relink: Program | None = key("relink", "programme des cartes rebranchées", default=None)
    renew: Program | None = key("renew", "programme des secrets renouvelés", default=None)
    words: Words | None = key("words", "comment on l'appelle", default=None)
    candidate: Handing = key(
        "candidate", "ce que le sujet en dit au candidat", default_factory=Handing
    )
    symbol: Drawing | None = key("symbol", "son dessin, chemin SVG de 28 × 28", default=None)
    faces: tuple[Id, ...] = key(
        "faces", "comment on lui parle, de préférence d'abord : linux, windows, ios", default=()
    )
    is_observer: bool = key(
        "observer", "machine de labctl, qu'un cahier ne nomme pas", default=False
    )
    is_simulated: bool = key(
        "simulated", "imite un produit, et les relevés le disent", default=False
    )
    is_unseen: bool = key(
        "unseen",
        "produit que labctl n'a pas encore vu : ce qu'aucun enregistrement ne montre est marqué",
        default=False,
    )
    desk: Variable | None = key(
        "desk", "comment les relevés appellent ce poste du candidat", default=None
    )
    cards: tuple[Card, ...] = key("cards", "ses cartes", default=())
    ports: NumberedPorts | None = key("ports", "ses cartes numérotées", default=None)
    ways: tuple[Way, ...] = key("ways", "par où labctl entre", default=())
    console: Console | None = key("console", "sa console, si ce n'est pas un shell", default=None)
    login: Login | None = key(
        "login",
        "ce qu'y ouvre le candidat, quand le sujet la lui donne ; absent : rien",
        default=None,
    )
    sign: Sign | None = key("sign_of_life", "à quoi on voit qu'elle vit", default=None)
    secrets: tuple[Variable, ...] = key("secrets", "secrets qu'elle reçoit", default=())
    keeps: tuple[Capability, ...] = key(
        "keeps",
        "capacités du noyau qu'une machine perd d'ordinaire, et dont elle a besoin",
        default=(),
    )
    factory: Factory = key("factory", "comment elle est livrée", default_factory=Factory)
    budget: Budget | None = key("budget", "ce que prend sa machine virtuelle", default=None)
    reset_with: tuple[Id, ...] = key(
        "reset_with", "genres dont la remise à neuf entraîne la sienne", default=()
    )
    starts_first: bool = key("starts_first", "les autres l'attendent au démarrage", default=False)
    first_start_s: Annotated[float, Field(ge=0)] = key(
        "first_start_s", "secondes de plus pour un premier démarrage", default=0.0
    )
    solution_s: Annotated[float, Field(ge=0)] = key(
        "solution_s", "secondes de plus pour appliquer le corrigé", default=0.0
    )
    master: Master | None = key("master", "installation d'un master du centre", default=None)


@dataclass(frozen=True, slots=True)
class Template:
    """One kind as its own file says it, and where it is: what one layer is made of."""

    kind: Kind
    folder: Path

    @property
    def name(self) -> str:
        """Return the name of the kind."""
        return self.kind.name

    @property
    def files(self) -> Path:
        """Return the tree that is copied into the layer (it may not exist)."""
        return self.folder / "files"


def list_kinds() -> tuple[str, ...]:
    """Return the kinds that have a folder, in every content root."""
    found = paths.list_content(FOLDER, f"*/{FILE}")
    return tuple(sorted(Path(name).parent.name for name in found))


@read_once
def load_kind(name: str) -> Kind:
    """Return a kind, with what it inherits; ProviderError with the known ones when unknown."""
    return inherit(load_chain(name))


def list_cards(kind: Kind) -> tuple[str, ...]:
    """Return the names of the cards of a kind: named ones, then numbered ones."""
    ports = kind.ports
    if ports is None:
        return kind.cards
    return (*kind.cards, *(ports.card.format(n=n) for n in range(1, ports.count + 1)))


def load_chain(name: str) -> tuple[Template, ...]:
    """Return the templates a kind stands on, the lowest first, its own last."""
    chain: list[Template] = []
    above: str | None = name
    while above:
        template = load_template(above)
        if any(template is below for below in chain):
            raise ProviderError(_("genres de machine en boucle : %(name)s") % {"name": above})
        chain.insert(0, template)
        above = template.kind.parent
    return tuple(chain)


def load_template(name: str) -> Template:
    """Return what the file of a kind says; SpecError with every mistake in it."""
    try:
        file = paths.find_content(FOLDER, name, FILE)
    except FileNotFoundError:
        message = _("aucun genre de machine ne s'appelle « %(name)s »") % {"name": name}
        hint = _("genres connus : %(known)s") % {"known": ", ".join(list_kinds())}
        raise ProviderError(message, hint=hint) from None
    seen = file.stat()
    return _read(file, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=64)
def _read(file: Path, _mtime_ns: int, _size: int) -> Template:
    """Return the template of a file, read once for as long as it does not change."""
    source = loader.load(file)
    kind = read_kind(source)
    if kind.name != file.parent.name:
        message = _("« kind » doit être le nom du dossier, « %(name)s »")
        said = message % {"name": file.parent.name}
        raise SpecError((source.mistake(("kind",), said, rule="genre"),))
    return Template(kind, file.parent)


def read_kind(source: loader.Source) -> Kind:
    """Return the kind that a file describes; SpecError with every mistake in it."""
    try:
        return Kind.model_validate(source.tree)
    except ValidationError as exc:
        mistakes = (complaint.mistake for complaint in explain(exc, source, Kind))
        raise SpecError(tuple(sorted(mistakes))) from exc


def inherit(chain: Sequence[Template]) -> Kind:
    """Return the kind at the top of a chain, with what those below say where it is silent."""
    said: dict[str, Any] = {}
    for template in chain:
        kind = template.kind
        said |= {field: getattr(kind, field) for field in kind.model_fields_set}
    own = chain[-1].kind
    return own.model_copy(update=said | {"parent": own.parent, "packages": own.packages})
