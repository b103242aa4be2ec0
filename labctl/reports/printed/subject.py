"""The subject of a bench: what its plan and its topics say to the candidate, field by field.

What a block of the cahier asks is told by its topic, ``checks/<topic>/subject.md``, which is given
the block and what ``words.py`` computes beside it; what a kind of machine is, by ``kind.yml``, and
how it is configured, by its ``notice.md`` and, topic by topic, by ``checks/<topic>/notices``.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from labctl.core import content
from labctl.core.ids import NodeName
from labctl.core.paths import find_content
from labctl.plan.handing import is_given
from labctl.plan.model import Interface, Link, Node, Plan
from labctl.plan.picture.candidate import call_kind, find_state, hide_observers
from labctl.plan.picture.drawing import render_svg
from labctl.plan.wording import describe_address
from labctl.plan.words import compute_fields
from labctl.reports.printed.markup import Marked, name_in_code, render_markup
from labctl.reports.printed.told import (
    Brief,
    CableTold,
    CardTold,
    LotTold,
    MachineTold,
    NoticeTold,
    PhaseTold,
    SegmentTold,
    Subject,
)
from labctl.spec.demand import list_machines
from labctl.spec.kind import FOLDER as KINDS
from labctl.spec.kind import load_chain, load_kind
from labctl.spec.reserved import MAC_PREFIX
from labctl.spec.topic import load_topic
from labctl.spec.topology import End, NodeState

FILE, NOTICE = "subject.md", "notice.md"
NOTICES = "notices"
"""Folder of a topic: how what it asks is done on a kind of machine, ``<kind>.md``."""
IN_PLACE = "en place et en état de marche"
STATES = {
    NodeState.EXISTING: "en place : n'y changez que ce qui est demandé",
    NodeState.TO_CONFIGURE: "à configurer",
    NodeState.SHARED: "partagée par la salle",
}


def build_subject(
    plan: Plan,
    brief: Brief,
    competencies: Mapping[int | str, str],
    phases: tuple[PhaseTold, ...],
) -> Subject:
    """Return what the candidate of a bench is told; SpecError when a topic cannot say its part.

    ``competencies`` are the words for those of the référentiel, ``phases`` those of the route.
    """
    told = tell_topics(plan)
    return Subject(
        bench=f"{plan.bench:02d}",
        variant=plan.variant,
        cahier=plan.cahier,
        title=plan.title,
        company=plan.company,
        town=plan.town,
        brief=brief,
        segments=tuple(_segments(plan)),
        machines=tuple(_machines(plan)),
        cables=tuple(_cables(plan)),
        lots=tuple(_lots(plan, competencies, told, phases)),
        phases=phases,
        around=_pick(told, plan.delivered.topics),
        notices=tuple(_notices(plan)),
        picture=render_svg(hide_observers(plan)),
    )


def _pick(told: Mapping[str, Marked], topics: Iterable[str]) -> tuple[Marked, ...]:
    return tuple(told[topic] for topic in topics if topic in told)


def _lots(
    plan: Plan,
    competencies: Mapping[int | str, str],
    told: Mapping[str, Marked],
    phases: tuple[PhaseTold, ...],
) -> Iterator[LotTold]:
    judged = {rank for rank, phase in enumerate(phases, start=1) if phase.is_before_jury}
    for number, lot in enumerate(plan.lots, start=1):
        yield LotTold(
            number=number,
            title=lot.title,
            minutes=lot.minutes,
            competencies=tuple(competencies[one] for one in lot.competencies),
            exam_phase=lot.exam_phase,
            sections=(sections := _pick(told, lot.topics)),
            is_before_jury=lot.exam_phase in judged,
            is_silent=bool(lot.topics) and not sections,
        )


def tell_topics(plan: Plan) -> dict[str, Marked]:
    """Return what each topic says to the candidate; those that say nothing are left out.

    A topic asks nothing of machines without the face that it is about, and tells what is delivered
    as it is found: ``faced`` and ``is_given`` of its template.
    """
    return _tell_each(plan, plan.demands, FILE)


def _tell_each(plan: Plan, topics: Iterable[str], name: str) -> dict[str, Marked]:
    """Return what a file of each topic says, of those that have it and do not stay silent."""
    names = {node.name: node.hostname for node in _list_nodes(plan)}

    def called(on: str | tuple[str, ...]) -> Marked:
        machines = (on,) if isinstance(on, str) else on
        return name_in_code(names[NodeName(name)] for name in machines)

    def faced(face: str, on: str | tuple[str, ...]) -> tuple[str, ...]:
        machines = (on,) if isinstance(on, str) else on
        return tuple(name for name in machines if face in plan.nodes[NodeName(name)].faces)

    values: dict[str, object] = {
        "names": names,
        "called": called,
        "faced": faced,
        "segments": {segment.name: segment for segment in _segments(plan)},
        "bench": f"{plan.bench:02d}",
        "company": plan.company,
    }
    files = {topic: content.list_topic_files(topic, name) for topic in topics}
    said = {
        topic: _tell_topic(plan, topic, file, values)
        for topic, found in files.items()
        for file in found.values()
    }
    return {topic: text for topic, text in said.items() if text.strip()}


def _tell_topic(plan: Plan, topic: str, file: Path, values: Mapping[str, object]) -> Marked:
    asked = plan.demand(load_topic(topic).load())
    own = {"asked": asked, "is_given": topic in plan.delivered.topics}
    return render_markup(file, {**values, **own, **compute_fields(plan, topic)})


def _list_nodes(plan: Plan) -> Iterator[Node]:
    """Yield the machines of the subject: none of those that the engine places itself."""
    return (node for node in plan.nodes.values() if not load_kind(node.kind).is_observer)


def _notices(plan: Plan) -> Iterator[NoticeTold]:
    nodes = tuple(node for node in _list_nodes(plan) if node.name not in plan.delivered.machines)
    for kind in dict.fromkeys(node.kind for node in nodes):
        mine = tuple(node for node in nodes if node.kind == kind)
        file = next(_find_notices(kind), None)
        if file is not None:
            names = tuple(node.hostname for node in mine)
            asked = _list_asked_of(plan, mine)
            own = _tell_each(plan, asked, f"{NOTICES}/{kind}.md").values()
            text = Marked("\n\n".join((render_markup(file, {}), *own)))
            yield NoticeTold(call_kind(mine[0]), names, text)


def _list_asked_of(plan: Plan, nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the topics that ask something of one of these machines, lot by lot."""
    names = {node.name for node in nodes}
    for lot in plan.lots:
        for topic in lot.topics:
            if names & set(list_machines(plan.demands[topic])):
                yield topic


def _find_notices(kind: str) -> Iterator[Path]:
    """Yield the notice of a kind, then of those it stands on."""
    for template in reversed(load_chain(kind)):
        with suppress(FileNotFoundError):
            yield find_content(KINDS, template.name, NOTICE)


def _segments(plan: Plan) -> Iterator[SegmentTold]:
    for segment in plan.segments.values():
        yield SegmentTold(
            name=segment.name,
            vid=segment.vid,
            network=str(segment.network or ""),
            mask=str(segment.network.netmask) if segment.network else "",
            gateway=str(segment.gateway or ""),
            usage=segment.usage,
        )


def _machines(plan: Plan) -> Iterator[MachineTold]:
    for node in _list_nodes(plan):
        handing = load_kind(node.kind).candidate
        open_now = handing.list_open(plan.delivered.topics)
        is_closed = node.name in plan.delivered.machines and not is_given(plan, node)
        yield MachineTold(
            name=node.name,
            hostname=node.hostname,
            kind=call_kind(node),
            state=IN_PLACE if is_closed else STATES[find_state(plan, node)],
            cards=tuple(_cards(plan, node)),
            ports=tuple(port.name for port in node.ports),
            reach=() if is_closed else handing.reach,
            accounts=tuple(one for one in open_now if one.secret or not is_closed),
        )


def _cables(plan: Plan) -> Iterator[CableTold]:
    """Yield the cables between machines of the subject; those behind the room's host end there."""
    shown = hide_observers(plan)
    labels = {
        (node.name, port.card): (port.label, port.number)
        for node in shown.nodes.values()
        for port in node.ports
    }
    for link in shown.links:
        ends = [_tell_end(shown, end, labels) for end in (link.a, link.b)]
        if not all(ends):
            continue
        label = next((labels[key][0] for key in _keys(link) if key in labels), "")
        yield CableTold(label, ends[0], ends[1], ", ".join(filter(None, link.carried)))


def _keys(link: Link) -> tuple[tuple[NodeName, str], ...]:
    return tuple((end.node, end.interface) for end in (link.a, link.b))


def _tell_end(plan: Plan, end: End, labels: Mapping[tuple[NodeName, str], tuple[str, int]]) -> str:
    """Return a machine and its port; of a trunk of the host, the machines behind it."""
    node = plan.nodes[end.node]
    for bridge in node.bridges:
        if bridge.trunk == end.interface:
            return ", ".join(_behind(plan, node.name, bridge.ports))
        if end.interface in bridge.ports:
            return ""
    if (end.node, end.interface) in labels:
        return f"{node.hostname}, port {labels[end.node, end.interface][1]}"
    several = len(node.interfaces) > 1 and end.node != plan.internet.node
    return f"{node.hostname}, carte {end.interface}" if several else node.hostname


def _behind(plan: Plan, host: NodeName, ports: Iterable[str]) -> Iterator[str]:
    for link in plan.links:
        if link.a.node == host and link.a.interface in ports:
            yield plan.nodes[link.b.node].hostname


def _cards(plan: Plan, node: Node) -> Iterator[CardTold]:
    for card in node.interfaces:
        if card.name not in {port.card for port in node.ports}:
            yield CardTold(card.name, card.segment, _address(plan, node, card), _mac(card))


def _address(plan: Plan, node: Node, card: Interface) -> str:
    said = describe_address(plan, node, card)
    return "" if said == "—" else said


def _mac(card: Interface) -> str:
    return "" if card.mac.startswith(MAC_PREFIX) else card.mac
