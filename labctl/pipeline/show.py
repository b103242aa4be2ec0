"""Show a plan: the forms of one document."""

from labctl.plan.model import Plan
from labctl.plan.picture.drawing import render_svg
from labctl.plan.render import render_json, render_mermaid
from labctl.plan.tables import render_tables
from labctl.plan.words import Table

FORMS = {"json": render_json, "mermaid": render_mermaid, "svg": render_svg}


def show(plan: Plan, form: str) -> str:
    """Return a plan as json, mermaid or svg."""
    return FORMS[form](plan)


def tables(plan: Plan) -> tuple[Table, ...]:
    """Return a plan as tables."""
    return render_tables(plan)
