"""The quote counts right, sells what the catalogue has, at its price, within the budget."""

from collections.abc import Iterator
from decimal import Decimal

from checks.documents.certainty import sure_of
from checks.documents.dates import has_date
from checks.documents.demand import Documents, find_piece
from checks.documents.facts.papers import Paper, Papers
from checks.documents.forms import find_value
from checks.documents.wording import is_blank
from checks.quote.demand import Quote
from checks.quote.facts import Catalogue
from checks.quote.lines import Bill, Line, Rows, read_bill
from checks.quote.totals import round_amount
from checks.quote.validity import says_validity
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Plan,
    Undecided,
    _,
    check,
    require,
    truth,
)

LEAST_NEED = 20
"""Letters of a need that is written down, and not only named."""
_CENT = {"XPF": Decimal(1)}
"""The smallest amount of a currency without hundredths (ISO 4217)."""


@check("K-107", asks=(Quote, Documents, Plan), needs=Papers)
def check_need(_asked: Quote, documents: Documents, plan: Plan, papers: Papers) -> Match:
    """Le besoin du client est écrit sur le devis."""
    paper = _need(documents, plan, papers)
    with sure_of(paper):
        return require(
            [
                truth(
                    _("besoin du client écrit"),
                    _("le besoin du client n'est pas écrit sur le devis"),
                    holds=any(
                        len(find_value(paper.rows, name)) >= LEAST_NEED
                        for name in ("besoin", "besoins")
                    ),
                )
            ]
        )


@check("K-108", asks=(Quote, Documents, Plan), needs=(Papers, Catalogue))
def check_arithmetic(
    asked: Quote, documents: Documents, plan: Plan, papers: Papers, catalogue: Catalogue
) -> Match:
    """Les montants, les taxes et les totaux du devis sont exacts."""
    paper = _need(documents, plan, papers)
    with sure_of(paper):
        return require(_count(_read(paper, asked, catalogue), catalogue, find_cent(asked)))


@check(
    "K-109",
    asks=(Quote, Documents, Plan),
    needs=(Papers, Catalogue),
)
def check_prices(
    asked: Quote, documents: Documents, plan: Plan, papers: Papers, catalogue: Catalogue
) -> Match:
    """Les références et les prix du devis sont ceux du catalogue."""
    paper = _need(documents, plan, papers)
    with sure_of(paper):
        return require(
            _judge_price(line, catalogue) for line in _read(paper, asked, catalogue).lines
        )


@check("K-110", asks=(Quote, Documents, Plan), needs=(Papers, Catalogue))
def check_content(
    asked: Quote, documents: Documents, plan: Plan, papers: Papers, catalogue: Catalogue
) -> Match:
    """Le devis a les lignes obligatoires, et tient dans le budget."""
    paper = _need(documents, plan, papers)
    with sure_of(paper):
        return require(_judge_content(_read(paper, asked, catalogue), asked, catalogue))


@check("K-111", asks=(Quote, Documents, Plan), needs=Papers)
def check_mentions(asked: Quote, documents: Documents, plan: Plan, papers: Papers) -> Match:
    """Le devis nomme le client, la date, la validité, la garantie et le délai."""
    paper = _need(documents, plan, papers)
    with sure_of(paper):
        return require(_judge_mentions(paper.rows, asked, plan))


def _need(documents: Documents, plan: Plan, papers: Papers) -> Paper:
    """Return the quote as it was handed in; Mismatch when it was not."""
    return papers.need(find_piece(documents, plan, "quote"), documents, plan)


def find_cent(asked: Quote) -> Decimal:
    """Return the smallest amount of the currency of a quote."""
    return _CENT.get(asked.currency, Decimal("0.01"))


def _read(paper: Paper, asked: Quote, catalogue: Catalogue) -> Bill:
    """Return the lines and totals of the quote; Mismatch for one without any line.

    Undecided where it names products in columns that are not known.
    """
    bill = read_bill(paper.rows, find_cent(asked), catalogue.products)
    text = paper.text.casefold()
    if not bill.lines and any(name.casefold() in text for name in catalogue.products):
        said = _("les lignes de %(name)s ne se lisent pas : le jury les lit")
        raise Undecided(said % {"name": paper.found})
    if not bill.lines:
        raise Mismatch(_("le devis n'a aucune ligne"), found=_("rien"))
    return bill


def _count(bill: Bill, catalogue: Catalogue, cent: Decimal) -> Iterator[Expectation]:
    yield from (_judge_amount(line, cent) for line in bill.lines)
    net = sum((line.amount or Decimal(0) for line in bill.lines), Decimal(0))
    yield Expectation(_("total hors taxes"), _say(net), _say(bill.net))
    ways = _list_taxes(bill, catalogue, cent)
    yield _judge_taxes(_("taxes"), bill.taxes, ways)
    if bill.rated not in (None, bill.taxes):
        yield _judge_taxes(_("taxes, taux par taux"), bill.rated, ways)
    gross = (bill.net or Decimal(0)) + (bill.taxes or Decimal(0))
    yield Expectation(_("total toutes taxes comprises"), _say(gross), _say(bill.gross))
    if bill.due not in (None, bill.gross):
        yield Expectation(_("net à payer"), _say(bill.gross), _say(bill.due))


def _judge_content(bill: Bill, asked: Quote, catalogue: Catalogue) -> Iterator[Expectation]:
    sold = {
        catalogue.products[line.reference].category
        for line in bill.lines
        if line.reference in catalogue.products and line.count
    }
    for name in asked.required_lines:
        yield truth(
            _("ligne « %(name)s »") % {"name": name},
            _("le devis n'a pas de ligne « %(name)s »") % {"name": name},
            holds=name in sold,
        )
    yield truth(
        _("%(budget)s au plus") % {"budget": asked.budget_max},
        _("le total est de %(total)s, le budget de %(budget)s")
        % {"total": _say(bill.gross), "budget": asked.budget_max},
        holds=bill.gross is not None and 0 < bill.gross <= asked.budget_max,
    )


def _judge_mentions(rows: Rows, asked: Quote, plan: Plan) -> Iterator[Expectation]:
    cells = [cell for row in rows for cell in row]
    yield truth(
        _("client nommé"),
        _("le devis ne nomme pas %(name)s") % {"name": plan.company},
        holds=any(plan.company.casefold() in cell.casefold() for cell in cells),
        earns=False,  # the form that is given has it
    )
    yield truth(_("date du devis"), _("le devis n'est pas daté"), holds=any(map(has_date, cells)))
    days = {"days": asked.validity_days}
    yield truth(
        _("validité de %(days)s jours") % days,
        _("la validité de %(days)s jours n'est pas écrite") % days,
        holds=says_validity(rows, asked.validity_days),
    )
    for name in ("garantie", "delai"):
        yield truth(
            _("%(name)s indiquée") % {"name": name},
            _("« %(name)s » n'est pas rempli") % {"name": name},
            holds=not is_blank(find_value(rows, name)),
        )


def _judge_amount(line: Line, cent: Decimal) -> Expectation:
    subject = _("montant de %(reference)s") % {"reference": line.reference}
    if line.count is None or line.price is None:
        problem = _("%(reference)s : quantité ou prix absent") % {"reference": line.reference}
        return truth(subject, problem, holds=False)
    right = round_amount(cent, line.count * line.price)
    return Expectation(subject, _say(right), _say(line.amount))


def _list_taxes(bill: Bill, catalogue: Catalogue, cent: Decimal) -> tuple[Decimal, ...]:
    """Return what the taxes of the products may be: rounded by line, by rate, or once."""
    rates = {reference: product.rate_pct / 100 for reference, product in catalogue.products.items()}
    exact = [
        (rates.get(line.reference, Decimal(0)), line.amount or Decimal(0)) for line in bill.lines
    ]
    by_rate = {
        rate: sum((amount for one, amount in exact if one == rate), Decimal(0))
        for rate in {rate for rate, _amount in exact}
    }
    return (
        sum((round_amount(cent, rate * amount) for rate, amount in exact), Decimal(0)),
        sum((round_amount(cent, rate * amount) for rate, amount in by_rate.items()), Decimal(0)),
        round_amount(cent, sum((rate * amount for rate, amount in exact), Decimal(0))),
    )


def _judge_taxes(subject: str, said: Decimal | None, ways: tuple[Decimal, ...]) -> Expectation:
    return Expectation(subject, _say(said if said in ways else ways[0]), _say(said))


def _judge_price(line: Line, catalogue: Catalogue) -> Expectation:
    product = catalogue.products.get(line.reference)
    return Expectation(
        _("prix de %(reference)s") % {"reference": line.reference},
        _say(product.price if product else None),
        _say(line.price),
        ""
        if product
        else _("« %(reference)s » n'est pas au catalogue") % {"reference": line.reference},
    )


def _say(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
