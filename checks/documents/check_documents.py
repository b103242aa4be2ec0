"""Documents are handed in, filled in, and say what is so."""

from collections.abc import Collection, Iterator, Sequence
from ipaddress import IPv4Address

from checks.documents.certainty import sure_of
from checks.documents.demand import Documents, Piece, find_piece
from checks.documents.facts.in_force import InForce, list_addressed
from checks.documents.facts.papers import LEAST, Paper, Papers
from checks.documents.forms import (
    find_rows,
    find_value,
    has_date,
    is_blank,
    list_addresses,
    words_of,
)
from checks.documents.labels import find_label
from labctl.api import (
    Expectation,
    Interface,
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
_TICKS = "☒☑✓✔✗"


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
    paper = papers.need(piece, asked, plan)
    if "equipement" not in piece.fields:
        raise NotAsked(_("la fiche ne nomme pas de machine"))
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
    points = [truth(_("machine connue"), "", holds=True)]
    label = find_label(plan, node.name)
    if "etiquette" in piece.fields and label:
        points.append(
            truth(
                _("étiquette de %(name)s notée") % {"name": node.hostname},
                _("étiquette : « %(said)s », celle de %(name)s est %(label)s")
                % {"said": say("etiquette"), "name": node.hostname, "label": label},
                holds=label.casefold() in say("etiquette").casefold(),
            )
        )
    if "adresse_ip" in piece.fields:
        points.append(_true_address(node, say("adresse_ip"), seen))
    return require(points)


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
                        _("« %(point)s » vérifié") % {"point": point},
                        _("« %(point)s » n'est pas coché") % {"point": point},
                        holds=not is_blank(tick),
                    )
                    for point, tick in points
                ),
                truth(
                    _("décision du client cochée"),
                    _("aucune décision du client n'est cochée"),
                    holds=any(tick in cell for cell in decision for tick in _TICKS)
                    or not is_blank(find_value(rows, "decision")),
                ),
                truth(
                    _("procès-verbal daté"),
                    _("le procès-verbal n'a pas de date"),
                    holds=any(has_date(cell) for row in rows for cell in row),
                ),
            ]
        )


@check("K-070", asks=(Documents, Plan), needs=(Papers, InForce))
def check_addressing_plan(asked: Documents, plan: Plan, papers: Papers, seen: InForce) -> Match:
    """Le plan d'adressage dit ce qui est demandé, et ce qui est en service."""
    paper = papers.need(find_piece(asked, plan, "addresses"), asked, plan)
    with sure_of(paper):
        return require(
            [*_judge_segments(plan, paper.rows), *_judge_machines(plan, paper.rows, seen)]
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


def _true_address(node: Node, said: str, seen: InForce) -> Expectation:
    asked = frozenset(card.address.ip for card in node.interfaces if card.address)
    if not asked and node.name not in seen.addresses:
        raise Undecided(_("%(name)s ne dit pas son adresse") % {"name": node.hostname})
    found = seen.addresses.get(node.name, frozenset[IPv4Address]())
    noted = list_addresses(said)
    by_dhcp = "dhcp" in words_of(said) and not noted
    return truth(
        _("adresse de %(name)s notée") % {"name": node.hostname},
        _("adresse : « %(said)s », %(name)s a %(found)s")
        % {"said": said, "name": node.hostname, "found": _join(found or asked)},
        holds=bool(noted & (found | asked)) or (by_dhcp and not asked),
    )


def _stems(text: str) -> set[str]:
    return {word.rstrip("s") for word in words_of(text)}


def _list_points(
    rows: Sequence[Sequence[str]], titles: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield the points of the table of what was looked at, each with what stands beside it.

    A row that lost its other cells is one of the table where it has a title of the subject.
    """
    inside = False
    for row in rows:
        if len(row) > 1 and {"verifie", "controle"} & _stems(row[1]):
            inside = True
        elif inside and (len(row) > 1 or row[0] in titles):
            yield row[0], row[1] if len(row) > 1 else ""
        else:
            inside = False


def _judge_segments(plan: Plan, rows: Sequence[Sequence[str]]) -> Iterator[Expectation]:
    """Yield what is noted of each network against what is asked (RFC 4632, 3.1)."""
    for segment in plan.segments.values():
        if segment.network is None:
            continue
        text = "\n".join(cell for row in find_rows(rows, segment.name) for cell in row)
        words = text.split()
        masks = {str(segment.network.prefixlen), f"/{segment.network.prefixlen}"}
        has_mask = str(segment.network.netmask) in words or any(
            word.rpartition("/")[2] in masks for word in words if "/" in word
        )
        wanted = {segment.network.network_address, segment.gateway} - {None}
        noted = list_addresses(text)
        is_known = bool(noted & wanted) and (segment.gateway is None or segment.gateway in noted)
        named = {"name": segment.name, "network": segment.network, "gateway": segment.gateway}
        yield truth(
            _("réseau %(name)s noté") % named,
            _("%(name)s : %(network)s, passerelle %(gateway)s, n'est pas noté") % named
            if text
            else _("%(name)s n'est pas dans le plan d'adressage") % named,
            holds=is_known and has_mask and (not segment.vid or str(segment.vid) in words),
        )


def _judge_machines(
    plan: Plan, rows: Sequence[Sequence[str]], seen: InForce
) -> Iterator[Expectation]:
    """Yield what is noted of each machine: what it has is right, and so is what is asked of it.

    A machine that has not the address that is asked is the matter of another check.
    """
    for node in list_addressed(plan):
        noted_in = list(find_rows(rows, node.hostname))
        text = "\n".join(cell for row in noted_in for cell in row)
        for card in node.interfaces:
            if card.segment in plan.segments and plan.segments[card.segment].network:
                yield _judge_card(plan, node, card, text, seen)


def _judge_card(plan: Plan, node: Node, card: Interface, text: str, seen: InForce) -> Expectation:
    network = plan.network_of(card.segment)
    noted = frozenset(one for one in list_addresses(text) if one in network)
    asked = frozenset({card.address.ip}) if card.address else frozenset[IPv4Address]()
    in_force = frozenset(
        one for one in seen.addresses.get(node.name, frozenset()) if one in network
    )
    holds = bool(noted & (in_force | asked))
    if card.address is None:
        holds = not noted - in_force and (holds or "dhcp" in words_of(text))
    values = {
        "name": node.hostname,
        "noted": _join(noted),
        "found": _join(in_force),
        "asked": _join(asked) if asked else "DHCP",
    }
    return truth(
        _("adresse de %(name)s notée") % values,
        _("%(name)s : noté %(noted)s, en service %(found)s, demandé %(asked)s") % values,
        holds=holds,
    )


def _join(addresses: frozenset[IPv4Address]) -> str:
    return ", ".join(map(str, sorted(addresses))) or _("rien")
