"""Documents are handed in, filled in, and say what is so."""

import re
from collections.abc import Collection, Iterator, Sequence
from ipaddress import IPv4Address

from checks.documents.addresses import join_addresses, list_addresses
from checks.documents.certainty import require_told, say_silent, sure_of
from checks.documents.dates import has_date
from checks.documents.demand import Documents, Piece, find_piece
from checks.documents.facts.in_force import InForce, list_addressed
from checks.documents.facts.papers import LEAST, Paper, Papers
from checks.documents.forms import find_value
from checks.documents.labels import find_label
from checks.documents.wording import is_blank, words_of
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Node,
    NotAsked,
    Plan,
    Undecided,
    _,
    check,
    require,
    truth,
)

FITS, OVERFLOWS = 1200, 5000
"""Characters that one page surely holds; that none holds."""
_SIGNATURE = "signature"
_NOTHING = frozenset(
    [
        "aucun",
        "aucune",
        "neant",
        "ok",
        "objet",
        "ras",
        "remarque",
        "reserve",
        "rien",
        "sans",
        "signaler",
    ]
)
"""Words of which a remark that is no reserve is made."""
_TICKS = "☒☑✓✔✗✘"
_EMPTY_BOXES = ("☐", "□", "[ ]")
_CROSS = re.compile(r"(?<!\w)x(?!\w)", re.IGNORECASE)


@check("K-017", asks=(Documents, Plan), needs=Papers)
def check_sheet_is_filled(asked: Documents, plan: Plan, papers: Papers) -> Match:
    """La fiche d'intervention est rendue, et ses champs sont remplis."""
    piece = find_piece(asked, plan, "sheet")
    paper = papers.need(piece, asked, plan)
    with sure_of(paper):
        return require(
            truth(
                _("champ « %(name)s » rempli") % {"name": name.replace("_", " ")},
                _("le champ « %(name)s » est vide") % {"name": name.replace("_", " ")},
                holds=bool(find_value(paper.rows, name, piece.fields)),
            )
            for name in piece.fields
            if not name.startswith(_SIGNATURE)  # a hand's, on paper: the jury's
        )


@check("K-018", asks=(Documents, Plan), needs=(Papers, InForce), after=("K-017",))
def check_sheet_is_true(asked: Documents, plan: Plan, papers: Papers, seen: InForce) -> Match:
    """Ce que dit la fiche d'intervention de la machine est vrai."""
    piece = find_piece(asked, plan, "sheet")
    if "equipement" not in piece.fields:
        raise NotAsked(_("la fiche ne nomme pas de machine"))
    paper = papers.need(piece, asked, plan)
    with sure_of(paper):
        return _judge_sheet(piece, paper, plan, seen)


def _judge_sheet(piece: Piece, paper: Paper, plan: Plan, seen: InForce) -> Match:
    def say(name: str) -> str:
        return find_value(paper.rows, name, piece.fields)

    node = _find_machine(plan, say("equipement"))
    if node is None:
        raise Mismatch(
            _("« %(said)s » n'est le nom d'aucune machine") % {"said": say("equipement")},
            expected=", ".join(one.hostname for one in list_addressed(plan)),
            found=say("equipement"),
        )
    points = [(truth(_("machine connue"), "", holds=True), "")]
    label = find_label(plan, node.name)
    if "etiquette" in piece.fields and label:
        noted = truth(
            _("étiquette de %(name)s notée") % {"name": node.hostname},
            _("étiquette : « %(said)s », celle de %(name)s est %(label)s")
            % {"said": say("etiquette"), "name": node.hostname, "label": label},
            holds=label.casefold() in say("etiquette").casefold(),
        )
        points.append((noted, ""))
    if "adresse_ip" in piece.fields:
        points.append(_judge_address(node, say("adresse_ip"), seen))
    return require_told(points)


@check("K-040", asks=(Documents, Plan), needs=Papers)
def check_minutes_are_filled(asked: Documents, plan: Plan, papers: Papers) -> Match:
    """Le procès-verbal de recette est rendu, et rempli."""
    paper = papers.need(find_piece(asked, plan, "minutes"), asked, plan)
    rows = paper.rows
    points = list(_list_points(rows, {lot.title for lot in plan.lots}))
    if not points:
        raise Undecided(_("le procès-verbal n'a pas de tableau des points vérifiés"))
    decision = [cell for row in rows for cell in row if {"recette", "reserve"} & _stems(cell)]
    with sure_of(paper):
        return require(
            [
                *(
                    truth(
                        _("« %(point)s » vérifié, ou sa réserve écrite") % {"point": point},
                        _("« %(point)s » n'est pas coché, et aucune réserve n'en est écrite")
                        % {"point": point},
                        holds=not is_blank(tick) or _is_reserve(remark),
                    )
                    for point, tick, remark in points
                ),
                truth(
                    _("décision du client cochée"),
                    _("aucune décision du client n'est cochée"),
                    holds=any(map(_is_ticked, decision)) or _is_said(find_value(rows, "decision")),
                ),
                truth(
                    _("procès-verbal daté"),
                    _("le procès-verbal n'a pas de date"),
                    holds=any(has_date(cell) for row in rows for cell in row),
                ),
            ]
        )


@check("K-122", asks=(Documents, Plan), needs=Papers)
def check_procedure(asked: Documents, plan: Plan, papers: Papers) -> Match:
    """Le document pour l'utilisateur est rendu, et ne dépasse pas la longueur demandée."""
    piece = find_piece(asked, plan, "guide")
    if not piece.max_pages:
        raise NotAsked(_("le sujet ne le demande pas"))
    paper = papers.need(piece, asked, plan)
    length = sum(len(cell) for row in paper.rows for cell in row if not is_blank(cell))
    if length < LEAST:
        with sure_of(paper):
            raise Mismatch(_("%(name)s est vide") % {"name": piece.name})
    expected = _("%(count)d pages au plus") % {"count": piece.max_pages}
    told = _("%(count)d pages") % {"count": paper.pages}
    if not paper.pages:
        told = _("%(count)d caractères") % {"count": length}
        if FITS * piece.max_pages < length <= OVERFLOWS * piece.max_pages:
            raise Undecided(_("%(name)s ne dit pas son nombre de pages") % {"name": piece.name})
    is_short = paper.pages <= piece.max_pages if paper.pages else length <= FITS * piece.max_pages
    if not is_short:
        said = _("%(name)s est trop long : %(told)s")
        raise Mismatch(said % {"name": piece.name, "told": told}, expected=expected, found=told)
    return Match(expected, told)


def _find_machine(plan: Plan, said: str) -> Node | None:
    """Return the machine that a text names, the longest name first: PC-1 is in PC-10."""
    known = sorted(list_addressed(plan), key=lambda node: -len(node.hostname))
    return next((node for node in known if node.hostname.casefold() in said.casefold()), None)


def _judge_address(node: Node, said: str, seen: InForce) -> tuple[Expectation, str]:
    """Return whether the address that is said of a machine is its own, with what makes it unsure.

    It is one that is asked, or in force: only a machine that answered contradicts another one.
    """
    asked = frozenset(card.address.ip for card in node.interfaces if card.address)
    found = seen.addresses.get(node.name, frozenset[IPv4Address]())
    noted = list_addresses(said)
    is_silent = node.name not in seen.addresses and not (asked and noted <= asked)
    by_dhcp = "dhcp" in words_of(said) and not noted and not asked
    point = truth(
        _("adresse de %(name)s notée") % {"name": node.hostname},
        _("adresse : « %(said)s », %(name)s a %(found)s")
        % {"said": said, "name": node.hostname, "found": join_addresses(found or asked)},
        holds=not is_silent and (bool(noted & (found | asked)) or by_dhcp),
    )
    return point, say_silent(node) if is_silent else ""


def _is_ticked(text: str) -> bool:
    """Tell whether a box is ticked: by a sign of its own, or by a cross in the place of one."""
    has_others = any(box in text for box in _EMPTY_BOXES)
    return any(tick in text for tick in _TICKS) or (has_others and bool(_CROSS.search(text)))


def _is_said(decision: str) -> bool:
    """Tell whether a decision is written in words; boxes that nobody ticked are none.

    Neither is the line of the form that comes next: « Fait à …, le … ».
    """
    is_open = any(box in decision for box in _EMPTY_BOXES) or words_of(decision)[:1] == ["fait"]
    return not is_blank(decision) and not is_open


def _stems(text: str) -> set[str]:
    return {word.rstrip("s") for word in words_of(text)}


def _is_reserve(remark: str) -> bool:
    """Tell whether a remark says why a point is not ticked: not that there is nothing to say."""
    return not is_blank(remark) and not set(words_of(remark)) <= _NOTHING


def _list_points(
    rows: Sequence[Sequence[str]], titles: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield the points of the table of what was looked at, each with its tick and its remark.

    A row that lost its other cells is one of the table where it has a title of the subject.
    """
    inside = False
    for row in rows:
        if len(row) > 1 and {"verifie", "controle"} & _stems(row[1]):
            inside = True
        elif inside and (len(row) > 1 or row[0] in titles):
            yield row[0], row[1] if len(row) > 1 else "", " ".join(row[2:])
        else:
            inside = False
