"""The cahier des charges: one file, several variants, one Subject per bench."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from labctl.core.errors import SpecError
from labctl.core.i18n import _
from labctl.core.once import read_once
from labctl.spec.complaint import Complaint, explain
from labctl.spec.demand import Demand
from labctl.spec.ground import Ground, build_ground
from labctl.spec.loader import Path_, Source, Value, load
from labctl.spec.observed import Unread, list_unread
from labctl.spec.subject import Subject, read_routes
from labctl.spec.substitution import Substitution, find_reference
from labctl.spec.survey import build_topology
from labctl.spec.topic import Topic, find_topics, list_asking
from labctl.spec.topology import Topology
from labctl.spec.wanted import list_examples

MOST_VARIANTS = 26
"""A to Z."""
_GONE = "labctl/cdc/v1"
_OF_ITSELF = ("variants", "banc")
"""Where values are given: nothing in them is a reference."""


NO_CHOICE: Mapping[str, str] = {}
"""What a room says of kinds when there is none: a machine is of the first kind it may be."""


@dataclass(frozen=True, slots=True)
class Cahier:
    """A cahier whose every variant is well formed; ``labctl.spec.lint`` checks its sense."""

    source: Source

    @property
    def id(self) -> str:
        """Return the identifier of the cahier."""
        return str(self.source.tree["id"])

    @property
    def referential(self) -> str:
        """Return the name of the référentiel of its exam."""
        return str(self.source.tree["referentiel"])

    @property
    def variants(self) -> tuple[str, ...]:
        """Return the names of the variants, in the order of the file."""
        return tuple(variant_values(self.source))

    @property
    def routes(self) -> tuple[str, ...]:
        """Return the routes of its référentiel that it serves, the one that is meant first."""
        return read_routes(self.source.tree)

    @property
    def topics(self) -> frozenset[str]:
        """Return the names of the topics it asks something of."""
        return frozenset(topic.name for topic in topics_of(self.source.tree).values())

    def subject(self, variant: str, bench: Mapping[str, Value] | None = None) -> Subject:
        """Return the fixed part of what one candidate receives."""
        return self.wanted(variant, bench).subject

    def wanted(
        self,
        variant: str,
        bench: Mapping[str, Value] | None = None,
        kinds: Mapping[str, str] = NO_CHOICE,
    ) -> "Wanted":
        """Return what one candidate receives; SpecError when the bench's values do not fit.

        ``kinds`` are those that a room chose, by machine.
        """
        if variant not in self.variants:
            said = _("variante « %(name)s » inconnue") % {"name": variant}
            hint = _("variantes : %(names)s") % {"names": ", ".join(self.variants)}
            raise SpecError((self.source.mistake(("variants",), said, rule="variante", hint=hint),))
        resolved = resolve(self.source, variant, bench, kinds)
        subject = resolved.subject
        if subject is None:
            raise SpecError(tuple(complaint.mistake for complaint in resolved.complaints))
        topology = build_topology(subject.layout, kinds)
        unresolved = resolved.topics.keys() - resolved.demands.keys()
        if unresolved:  # the lint says what is wrong with the segments
            said = _("bloc sans valeurs : un segment qu'il nomme est mal décrit")
            mistakes = (self.source.mistake((one,), said, rule="valeur") for one in unresolved)
            raise SpecError(tuple(mistakes))
        unread = list_unread(resolved.topics, resolved.tree)
        return Wanted(subject, topology, resolved.demands, unread)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one candidate receives: the cahier's own keys, machines, and what its topics ask for.

    ``demands`` are by block; ``unread`` is what no check reads of it.
    """

    subject: Subject
    topology: Topology
    demands: Mapping[str, Demand]
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One variant of a cahier: its tree without references, and its Subject or what is wrong.

    ``topics`` and ``demands`` are by block; a demand that is ill formed is not there.
    """

    variant: str
    tree: Mapping[str, Value] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    demands: Mapping[str, Demand] = field(default_factory=dict)
    subject: Subject | None = None
    complaints: tuple[Complaint, ...] = ()
    used: frozenset[str] = frozenset()  # variables referred to
    names: tuple[str, ...] = ()  # of all variants, also of those that are ill formed


def load_cahier(path: Path) -> Cahier:
    """Read a cahier and check its form, in every variant; SpecError with every mistake."""
    source = load(path)
    complaints = [found for each in resolve_all(source) for found in each.complaints]
    if complaints:
        raise SpecError(tuple(sorted({complaint.mistake for complaint in complaints})))
    return Cahier(source)


@read_once
def resolve_all(source: Source) -> tuple[Resolved, ...]:
    """Return every variant of a cahier; one without a name when there is none."""
    names = list(variant_values(source))[:MOST_VARIANTS]  # more have names that are refused
    topics = topics_of(source.tree)
    return tuple(resolve(source, name, topics=topics) for name in names or ("",))


def resolve(
    source: Source,
    variant: str,
    bench: Mapping[str, Value] | None = None,
    kinds: Mapping[str, str] = NO_CHOICE,
    topics: Mapping[str, Topic] | None = None,
) -> Resolved:
    """Return one variant of a cahier; ``kinds`` are those that a room chose, by machine.

    ``bench`` are the values that a room gives, None where examples stand for them; ``topics`` are
    those of the cahier, where they are known already.
    """
    if source.tree.get("schema") == _GONE:
        return Resolved(variant, complaints=(_explain_gone(source),))
    given = list_examples(source) if bench is None else bench
    work = Substitution(source, {**variant_values(source).get(variant, {}), **given})
    tree = {
        name: value if name in _OF_ITSELF else work.apply(value, (name,))
        for name, value in source.tree.items()
    }
    complaints = tuple(work.complaints) if variant else ()  # without a variant, nothing is known
    topics = topics_of(tree) if topics is None else topics
    subject, refused = _read_subject(tree, topics, source)
    demands, more = _read_demands(tree, topics, source, build_ground(tree, kinds))
    complaints += _without_echoes((*refused, *more), complaints, source, variant)
    told = tuple(_told_where_written(found, source, variant) for found in complaints)
    variants = source.tree.get("variants")
    names = tuple(variants) if isinstance(variants, Mapping) else ()
    whole = None if told else subject
    return Resolved(variant, tree, topics, demands, whole, told, frozenset(work.used), names)


def _explain_gone(source: Source) -> Complaint:
    """Return what is said of a cahier that labctl read before, whatever else is in it."""
    said = _("labctl ne lit plus les cahiers « %(name)s »") % {"name": _GONE}
    hint = _(
        "décrivez le banc par « segments », « machines » et « liaisons », puis écrivez"
        " schema: labctl/cdc/v2 ; voir docs/formateur.md"
    )
    path = ("schema",)
    return Complaint(path, source.mistake(path, said, rule="type", hint=hint))


def topics_of(tree: Mapping[str, Value]) -> dict[str, Topic]:
    """Return the topics that understand a block of a cahier, by block."""
    fixed = {field.alias for field in Subject.model_fields.values()}
    return find_topics(block for block in tree if block not in fixed)


def _read_subject(
    tree: Mapping[str, Value], topics: Mapping[str, Topic], source: Source
) -> tuple[Subject | None, tuple[Complaint, ...]]:
    """Return the fixed part of a cahier, or what is wrong with it."""
    try:
        fixed = {name: value for name, value in tree.items() if name not in topics}
        return Subject.model_validate(fixed), ()
    except ValidationError as exc:
        return None, explain(exc, source, Subject, also=_list_blocks)


def _list_blocks() -> Iterator[str]:
    return (topic.block for topic in list_asking())


def _read_demands(
    tree: Mapping[str, Value], topics: Mapping[str, Topic], source: Source, ground: Ground
) -> tuple[dict[str, Demand], tuple[Complaint, ...]]:
    """Return what the topics ask for, by block, and what is wrong with the others."""
    demands: dict[str, Demand] = {}
    complaints: list[Complaint] = []
    for block, topic in topics.items():
        cls = topic.load()
        try:
            demands[block] = cls.resolve(tree[block], ground)
        except ValidationError as exc:
            complaints.extend(explain(exc, source, cls, at=(block,)))
    return demands, tuple(complaints)


def variant_values(source: Source) -> dict[str, Mapping[str, Value]]:
    """Return the raw values of each variant."""
    variants = source.tree.get("variants")
    if not isinstance(variants, Mapping):
        return {}
    return {name: values for name, values in variants.items() if isinstance(values, Mapping)}


def list_kinds_of(source: Source, variant: str, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the kinds of the machines of a bench, as far as they are well formed."""
    work = Substitution(source, variant_values(source).get(variant, {}))
    admitted = _read_kinds(work.apply(source.tree.get("machines"), ("machines",)))
    found = (
        chosen[name] if chosen.get(name) in kinds else kinds[0]
        for name, kinds in admitted.items()
        if kinds
    )
    return tuple(found)


def list_admitted(source: Source) -> dict[str, tuple[str, ...]]:
    """Return the kinds that each machine may be; a room chooses before its values are known."""
    return _read_kinds(source.tree.get("machines"))


def _read_kinds(machines: Value) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, machine in (machines if isinstance(machines, Mapping) else {}).items():
        given = _inside(machine, "genre")
        kinds = given if isinstance(given, tuple) else (given,)
        found[name] = tuple(kind for kind in kinds if isinstance(kind, str))
    return found


def find_origin(source: Source, variant: str, path: Path_) -> Path_:
    """Return where a value is written: in the variant, when a variable alone stands at its place.

    ``("equipements", …, "plage", 1)`` is ``("variants", "A", "dhcp_bur", 1)``.
    """
    value: Value = source.tree
    for rank, part in enumerate(path, start=1):
        value = _inside(value, part)
        name = find_reference(value) if isinstance(value, str) else ()
        if name and name[0] in variant_values(source).get(variant, {}):
            return ("variants", variant, *name, *path[rank:])
    return path


def _told_where_written(found: Complaint, source: Source, variant: str) -> Complaint:
    origin = find_origin(source, variant, found.path)
    if origin == found.path or found.mistake.rule == "variable":
        return found
    was, name = (f"« {_name_in(path)} » : " for path in (found.path, origin))
    message = found.mistake.message.replace(was, name, 1)
    line = source.line_of(origin)
    return replace(found, mistake=found.mistake._replace(line=line, message=message))


def _name_in(path: Path_) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _without_echoes(
    refused: tuple[Complaint, ...],
    earlier: tuple[Complaint, ...],
    source: Source,
    variant: str,
) -> tuple[Complaint, ...]:
    """Leave out what only repeats, where a variable is used, that its value is wrong."""
    already = {complaint.path for complaint in earlier}
    bad_variant = not variant or any(found.path[:2] == ("variants", variant) for found in refused)
    return tuple(
        found
        for found in refused
        if found.path not in already
        and not (bad_variant and _is_of_variables(source.tree, found.path))
    )


def _is_of_variables(tree: Value, path: Path_) -> bool:
    """Tell whether a value, or the key that it has, is one that variables give."""
    block: Value = tree
    for part in path[:-1]:
        block = _inside(block, part)
    keys = block if isinstance(block, Mapping) and path[-1] not in block else ()
    return "${" in str(_raw(tree, path)) or any("${" in key for key in keys)


def _raw(value: Value, path: Path_) -> Value:
    for part in path:
        if isinstance(value, str) and "${" in value:
            return value
        value = _inside(value, part)
    return value if isinstance(value, str) else None


def _inside(value: Value, part: str | int) -> Value:
    """Return a value of a block or of a list, None where there is none."""
    if isinstance(value, Mapping) and isinstance(part, str):
        return value.get(part)
    if isinstance(value, tuple) and isinstance(part, int) and part < len(value):
        return value[part]
    return None
