"""Documents handed in, without a bench: the solution's, blank forms, others; and what is read."""

from collections.abc import Mapping
from functools import cache
from pathlib import PurePath

from checks.documents.demand import Documents
from checks.documents.facts.in_force import InForce, list_addressed
from checks.documents.facts.papers import Paper, Papers, spell
from checks.quote.demand import Quote
from checks.quote.facts import Catalogue, load_catalogue
from labctl.connect.depot import formats
from labctl.core.once import reading_once
from labctl.judge.catalogue import load_catalogue as load_checks
from labctl.pipeline.handedin import write_document
from labctl.plan.model import Plan
from labctl.plan.words import list_filled
from labctl.reports.printed.blocks import parse_blocks
from labctl.reports.printed.document import Page, load_centre, to_data
from labctl.reports.printed.typesetter import Sheet, typeset

ON_PAPER = frozenset(
    str(spec.id) for spec in load_checks() if {Documents.topic, Quote.topic} & spec.topics
)
"""Checks of documents: what a technician of other habits configures has none."""


@reading_once()
def solution_texts(plan: Plan) -> dict[str, str]:
    """Return the documents of the solution as they are written, by name."""
    return {one.name: one.text for _topic, one in list_filled(plan)}


def read_papers(files: Mapping[str, bytes]) -> Papers:
    """Return documents as a bench's collection would have read them."""
    return Papers({name: _read(content, name) for name, content in files.items()}, {})


@cache
def _read(content: bytes, name: str) -> Paper:
    text = formats.read(content)
    return Paper(name, text.kind, text.pages, text.rows, text.counts, spell(text.rows))


def papers_of(texts: Mapping[str, str]) -> Papers:
    """Return documents read, as the solution writes them."""
    return read_papers({name: _write(name, text) for name, text in texts.items()})


@cache
def _write(name: str, text: str) -> bytes:
    return write_document(name, text)


def pdf_papers_of(texts: Mapping[str, str]) -> Papers:
    """Return documents read, each of them handed in as a PDF."""
    sheets = [
        Sheet(name, to_data(_page(name, text), load_centre()), name) for name, text in texts.items()
    ]
    return read_papers(typeset(sheets))


def _page(name: str, text: str) -> Page:
    stem = PurePath(name).stem
    return Page(stem, stem, "", "", "", "", (), parse_blocks(text))


def in_force(plan: Plan) -> InForce:
    """Return the addresses that are asked, as if each machine had its own."""
    return InForce(
        {
            str(node.name): frozenset(card.address.ip for card in node.interfaces if card.address)
            for node in list_addressed(plan)
        }
    )


def catalogue_of(currency: str = "XPF") -> Catalogue:
    """Return the catalogue that is given."""
    return load_catalogue(currency)


def solved_papers(plan: Plan) -> tuple[object, ...]:
    """Return the facts of documents once the solution handed them in."""
    if Documents.topic not in plan.demands:
        return ()
    return papers_of(solution_texts(plan)), in_force(plan), catalogue_of()


def untouched_papers(plan: Plan) -> tuple[object, ...]:
    """Return the same facts where nothing was handed in."""
    if Documents.topic not in plan.demands:
        return ()
    return Papers({}, {}), InForce({}), Catalogue({})
