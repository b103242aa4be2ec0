"""Show a plan: the forms of one document."""

from labctl.pipeline.place import Place
from labctl.plan.picture.drawing import render_svg
from labctl.plan.render import render_json, render_mermaid
from labctl.plan.tables import render_tables
from labctl.plan.words import Table

FORMS = {"json": render_json, "mermaid": render_mermaid, "svg": render_svg}


def show(place: Place, bench: int, form: str) -> str:
    """Return the plan of a bench as json, mermaid or svg."""
    return FORMS[form](place.plan(bench))


def tables(place: Place, bench: int) -> tuple[Table, ...]:
    """Return the plan of a bench as tables."""
    return render_tables(place.plan(bench))
