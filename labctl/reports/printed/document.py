"""A printed document: what its folder says of it, and what it says once its values are in.

A document is a folder of ``inventories/documents``: ``document.yml`` says for whom it is and what
it must be given, ``document.md`` what it says, ``document.typ``, if there is one, how it looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from labctl.core import paths
from labctl.core.errors import SpecError, UsageError
from labctl.core.glyphs import printable
from labctl.core.i18n import _
from labctl.reports.printed.blocks import Block as TextBlock
from labctl.reports.printed.blocks import Picture, Words, parse_blocks, read_words
from labctl.reports.printed.markup import MOST, render_markup, shield
from labctl.spec import loader
from labctl.spec.complaint import explain
from labctl.spec.fields import Block, Text, key
from labctl.spec.suggest import suggest

FOLDER, FILE, TEXT, CENTRE = "inventories/documents", "document.yml", "document.md", "centre.yml"
T = TypeVar("T", bound=Block)
UNDATED = date(2026, 1, 1)
"""What a file says of its date when nobody gave one; the paper has a blank instead."""
MAP = "topologie"
"""The picture of the machines, as a document calls it."""


class Form(Block):
    """The file of a document."""

    title: Text = key("title", "titre imprimé")
    scope: Literal["bench", "room"] = key("for", "bench : un par banc ; room : un pour la salle")
    needs: tuple[
        Literal["subject", "secrets", "sheet", "means", "timetable", "record", "incidents"], ...
    ] = key(
        "needs",
        "ce qui lui est donné : subject, secrets, sheet (relevé), means (genres), timetable"
        " (horaires), record (journal de la session), incidents (pannes du banc)",
    )
    note: Text = key("note", "sous le titre : à qui est ce papier, ce qu'il devient")
    is_numbered: bool = key("numbered", "titres numérotés", default=False)
    is_bare: bool = key("bare", "sans l'encadré du banc ou de la salle", default=False)


class Centre(Block):
    """What every document says of the centre."""

    name: Text = key("nom", "nom du centre")
    address: tuple[Text, ...] = key("adresse", "lignes de son adresse", default=())
    logo: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+\.(svg|png|jpg|jpeg)$")] | None = key(
        "logo", "fichier du logo, à côté", default=None
    )
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]{1,253}$")] | None = key(
        "hote", "nom ou adresse, dans la salle, de l'hôte des bancs", default=None
    )
    first_port: Annotated[int, Field(ge=1, le=65000)] = key(
        "premier_port", "le port d'un banc est celui-ci plus son numéro", default=22000
    )
    logo_words: Text = key("description_logo", "ce que montre le logo", default="logo du centre")


@dataclass(frozen=True, slots=True)
class Page:
    """A document with its values in, in no format yet.

    ``facts`` are what its frame says: a label, and words or a place to write. ``mark`` is what
    tells it from its neighbours: the bench.
    """

    name: str
    title: str
    over: str
    under: str
    mark: str
    note: str
    facts: tuple[tuple[str, Words], ...]
    blocks: tuple[TextBlock, ...]
    pictures: Mapping[str, str] = field(default_factory=dict)
    day: date = UNDATED


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the text of a document; a fact without a value is a place to write."""

    over: str = ""
    under: str = ""
    mark: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    day: date | None = None


def list_documents() -> tuple[str, ...]:
    """Return the names of the documents that can be printed, in every content root."""
    found = paths.list_content(FOLDER, f"*/{FILE}")
    return tuple(sorted(Path(name).parent.name for name in found))


def load_form(name: str) -> Form:
    """Return what the file of a document says; UsageError, with the known ones, when unknown."""
    known = list_documents()
    if name not in known:
        said = _("document inconnu : « %(name)s »") % {"name": name}
        raise UsageError(said, hint=suggest(name, known, _("connus : %(names)s")))
    return _read(paths.find_content(FOLDER, name, FILE), Form)


def load_centre() -> Centre:
    """Return what documents say of the centre."""
    return _read(paths.find_content(FOLDER, CENTRE), Centre)


def _read(file: Path, cls: type[T]) -> T:
    source = loader.load(file)
    try:
        return cls.model_validate(source.tree)
    except ValidationError as exc:
        found = explain(exc, source, cls)
        raise SpecError(tuple(sorted(complaint.mistake for complaint in found))) from exc


def compose(name: str, form: Form, values: Mapping[str, object], frame: Frame) -> Page:
    """Return a document with its values in; SpecError when its text cannot take them."""
    text = render_markup(paths.find_content(FOLDER, name, TEXT), values)
    blocks = parse_blocks(text, is_numbered=form.is_numbered)
    facts = () if form.is_bare else frame.facts
    return Page(
        name=name,
        title=form.title,
        over=_plain(frame.over),
        under=_plain(frame.under),
        mark=_plain(frame.mark),
        note=form.note,
        facts=tuple(
            (label, read_words(shield(value))) if value else (label, ()) for label, value in facts
        ),
        blocks=blocks,
        pictures=_pictures(blocks, values),
        day=frame.day or UNDATED,
    )


def _plain(text: str) -> str:
    return printable(text, MOST)


def _pictures(blocks: Sequence[TextBlock], values: Mapping[str, object]) -> dict[str, str]:
    wanted = {block.name for block in blocks if isinstance(block, Picture)}
    picture = getattr(values.get("subject"), "picture", "")
    return {MAP: picture} if MAP in wanted and picture else {}


def to_data(page: Page, centre: Centre) -> dict[str, object]:
    """Return what a template is handed: nothing but texts, numbers and lists of them."""
    return {
        "name": page.name,
        "title": page.title,
        "over": page.over,
        "under": page.under,
        "mark": page.mark,
        "note": page.note,
        "facts": [
            {"label": label, "words": list(map(asdict, words))} for label, words in page.facts
        ],
        "blocks": [asdict(block) for block in page.blocks],
        "pictures": dict(page.pictures),
        "date": [page.day.year, page.day.month, page.day.day],
        "centre": {
            "nom": _plain(centre.name),
            "adresse": [_plain(line) for line in centre.address],
            "logo": centre.logo or "",
            "description_logo": _plain(centre.logo_words),
        },
    }
