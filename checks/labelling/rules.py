"""Labels follow the norm of the client, and are stuck on machines that exist."""

import re
from collections.abc import Iterator

from checks.labelling.demand import Labelling
from labctl.api import Remark, View, _, rule


@rule("etiquette-incorrecte", reads=Labelling, sections=("liaisons",))
def find_bad_labels(asked: Labelling, view: View) -> Iterator[Remark]:
    """Every label of a cable follows the norm of the client."""
    norm = re.compile(asked.regex)
    for cable in view.subject.cables:
        if cable.label is not None and not norm.fullmatch(cable.label):
            said = _("l'étiquette « %(label)s » ne suit pas la norme %(regex)s")
            yield Remark(cable, "label", said % {"label": cable.label, "regex": asked.regex})


@rule("machine-inconnue", reads=Labelling, sections=("machines",))
def find_unknown_machines(asked: Labelling, view: View) -> Iterator[Remark]:
    """Labels are stuck on machines of the cahier."""
    known = tuple(view.subject.machines)
    for name in asked.machines:
        if name not in known:
            said = _("machine « %(name)s » inconnue") % {"name": name}
            hint = _("machines : %(names)s") % {"names": ", ".join(known)}
            yield Remark(asked, "machines", said, hint, inside=(name,))
