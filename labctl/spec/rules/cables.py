"""Cables: both ends exist and are free, what is carried exists, every machine is reached."""

from collections.abc import Iterator
from itertools import chain

from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.spec.loader import Path_
from labctl.spec.login import alike
from labctl.spec.rules.machines import known_segments
from labctl.spec.rules.view import Finding, View, find_doubles
from labctl.spec.suggest import suggest
from labctl.spec.survey import Unplugged, find_end
from labctl.spec.topology import HOST, INTERNET, PLACED, End, Machine


def find_loose_ends(view: View) -> Iterator[Finding]:
    """Each end of a cable is a machine, and one of its cards or ports."""
    for rank, cable in enumerate(view.subject.cables):
        for side, place in enumerate(cable.between):
            try:
                find_end(place, view.topology.machines)
            except Unplugged as exc:
                yield Finding(("liaisons", rank, "entre", side), str(exc), exc.hint)


def find_double_ports(view: View) -> Iterator[Finding]:
    """No card or port has two cables."""
    ends = [
        (("liaisons", rank, "entre", side), end)
        for rank, _form, cable in view.cables
        for side, end in enumerate((cable.a, cable.b))
        if end.node not in PLACED
    ]
    for path, _end, first in find_doubles(ends):
        place = view.subject.cables[int(path[1])].between[int(path[3])]
        said = _("« %(place)s » est déjà un bout de la liaison « %(first)s »")
        values = {"place": place, "first": view.subject.cables[int(first[1])].name}
        yield Finding(path, said % values)


def find_loops(view: View) -> Iterator[Finding]:
    """A cable joins two machines, of which one at least is of the cahier."""
    for rank, _form, cable in view.cables:
        ends = (cable.a.node, cable.b.node)
        if ends[0] == ends[1]:
            said = _("une liaison mène d'une machine à une autre, pas à elle-même")
            yield Finding(("liaisons", rank, "entre"), said)
        elif set(ends) <= set(PLACED):
            said = _("« %(a)s » et « %(b)s » sont de labctl : il manque une machine du cahier")
            yield Finding(("liaisons", rank, "entre"), said % {"a": ends[0], "b": ends[1]})


def find_double_names(view: View) -> Iterator[Finding]:
    """No two cables have the same name."""
    items = [(("liaisons", i, "nom"), alike(one.name)) for i, one in enumerate(view.subject.cables)]
    for path, _name, first in find_doubles(items):
        said = _("« %(name)s » est déjà donné en %(first)s")
        name = view.subject.cables[int(path[1])].name
        yield Finding(path, said % {"name": name, "first": ".".join(map(str, first))})


def find_unknown_segments(view: View) -> Iterator[Finding]:
    """What a cable carries is a segment of the cahier."""
    for rank, cable in enumerate(view.subject.cables):
        named = [(("segments", i), name) for i, name in enumerate(cable.segments)]
        native = [] if cable.native is None else [(("natif",), cable.native)]
        for where, name in (*named, *native):
            if name not in view.segments:
                said = _("segment « %(name)s » inconnu") % {"name": name}
                yield Finding(("liaisons", rank, *where), said, known_segments(view))


def find_empty_cables(view: View) -> Iterator[Finding]:
    """A cable carries something, unless it leads to the Internet."""
    for rank, form, cable in view.cables:
        outside = INTERNET in (cable.a.node, cable.b.node)
        if not form.segments and not outside:
            said = _("la liaison « %(name)s » ne porte aucun segment") % {"name": form.name}
            hint = _("écrivez « segments: [X] » : un seul sans étiquette, plusieurs étiquetés")
            yield Finding(("liaisons", rank), said, hint)
        if outside and (form.segments or form.native):
            said = _("la liaison « %(name)s » mène à Internet : elle ne porte aucun segment")
            yield Finding(("liaisons", rank, "segments"), said % {"name": form.name})


def find_tags_without_vlan(view: View) -> Iterator[Finding]:
    """What a trunk carries with a tag has a VLAN number."""
    for rank, form, _cable in view.cables:
        for at, name in enumerate(form.segments if form.is_trunk else ()):
            segment = view.segments.get(name)
            if segment is not None and segment.vid is None and name != form.native:
                said = _("%(segment)s n'a pas de numéro de VLAN : il ne peut être étiqueté")
                hint = _("donnez-lui « vlan », ou écrivez-le seul dans « segments »")
                path = ("liaisons", rank, "segments", at)
                yield Finding(path, said % {"segment": name}, hint)


def find_misplaced_cards(view: View) -> Iterator[Finding]:
    """The card at the end of an access cable is in the segment that the cable carries."""
    said = _("la liaison « %(cable)s » porte %(found)s, mais « %(name)s » est dans %(segment)s")
    for rank, form, cable in view.cables:
        if form.is_trunk or not form.segments or form.segments[0] not in view.segments:
            continue
        for end in (cable.a, cable.b):
            wanted = _segment_at(view, end)
            if wanted and wanted != form.segments[0]:
                values = {"cable": form.name, "found": form.segments[0], "segment": wanted}
                values["name"] = view.topology.machines[end.node].hostname
                yield Finding(("liaisons", rank, "segments"), said % values)


def find_wrong_guests(view: View) -> Iterator[Finding]:
    """What the host carries behind a cable is a machine, with a card in a segment of the cable."""
    for rank, form, cable in view.cables:
        carries = HOST in (cable.a.node, cable.b.node)
        for at, name in enumerate(form.carries):
            path: Path_ = ("liaisons", rank, "porte", at)
            machine = view.topology.machines.get(NodeName(name))
            if machine is None:
                said = _("machine « %(name)s » inconnue") % {"name": name}
                hint = suggest(name, view.topology.machines, _("machines : %(names)s"))
                yield Finding(path, said, hint)
            elif not carries:
                said = _("seul l'hôte de la salle porte des machines")
                yield Finding(path, said, _("écrivez « hote » à l'un des bouts"))
            elif not view.subject.machines[name].cards:
                said = _("la carte de « %(name)s » n'est dans aucun segment")
                hint = _("dites-le dans « cartes » de la machine")
                yield Finding(path, said % {"name": name}, hint)
            elif (segment := _first_segment(machine)) not in ("", *cable.carried):
                said = _("la liaison « %(cable)s » ne porte pas %(segment)s, où est « %(name)s »")
                values = {"cable": form.name, "segment": segment, "name": machine.hostname}
                yield Finding(path, said % values)


def _first_segment(machine: Machine) -> str:
    return next((card.segment for card in machine.cards.values()), "")


def find_lone_machines(view: View) -> Iterator[Finding]:
    """Every machine has a cable, or is carried by the host: once."""
    carried = [
        (("liaisons", rank, "porte", at), name)
        for rank, cable in enumerate(view.subject.cables)
        for at, name in enumerate(cable.carries)
    ]
    joined = {end.node for _r, _f, cable in view.cables for end in (cable.a, cable.b)}
    joined |= {NodeName(name) for _path, name in carried}
    for name in view.topology.machines:
        if name not in joined:
            said = _("la machine « %(name)s » n'a aucune liaison") % {"name": name}
            yield Finding(("machines", name), said, _("ajoutez-en une à « liaisons »"))
    for path, twice, first in find_doubles(carried):
        said = _("la machine « %(name)s » est déjà portée par la liaison « %(first)s »")
        values = {"name": twice, "first": view.subject.cables[int(first[1])].name}
        yield Finding(path, said % values)


def find_unreached_segments(view: View) -> Iterator[Finding]:
    """The host has a cable to each segment with a gateway: labctl's probe stands behind it."""
    trunks = [c for _r, _f, c in view.cables if HOST in (c.a.node, c.b.node)]
    reached = set(chain.from_iterable(cable.carried for cable in trunks))
    for name, segment in view.segments.items():
        if segment.gateway is not None and segment.network is not None and name not in reached:
            said = _("aucune liaison de l'hôte ne porte %(segment)s") % {"segment": name}
            hint = _("les machines et les sondes du PC hôte n'y auraient pas de réseau")
            yield Finding(("segments", name), said, hint)


def _segment_at(view: View, end: End) -> str:
    """Return the segment of the card at an end, "" where the cahier does not say."""
    machine = view.topology.machines.get(end.node)
    card = None if machine is None else machine.cards.get(end.interface)
    return "" if card is None else card.segment
