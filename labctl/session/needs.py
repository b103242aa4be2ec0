"""What a session takes: the lines of the plateau technique, counted for its candidates and juries.

A pure function of numbers. How many candidates share a resource is content of the référentiel; the
rule is that of its annexe 1, « nombre maximal de candidats pouvant partager la ressource en
simultanée »: a line for candidates is counted ``ceil(N / shared_by)`` times, a line for juries once
per jury and never less than that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from labctl.core.i18n import _
from labctl.spec.plateau import Plateau, Reminder, Resource
from labctl.spec.referential import Referential


@dataclass(frozen=True, slots=True)
class Memory:
    """What benches take of the machines that carry them, and what one such machine has, in MiB."""

    bench_mib: int
    host_mib: int
    shared_mib: int = 0  # beside the benches, once for each resource that carries them

    def hosts_for(self, candidates: int, shares: int) -> int:
        """Return how many machines so many benches take."""
        return _ceil(self.bench_mib * candidates + self.shared_mib * shares, self.host_mib)


@dataclass(frozen=True, slots=True)
class Options:
    """What a centre decides beside the official numbers."""

    one_per_bench: frozenset[str] = frozenset()
    spare_percent: int = 0
    available: Mapping[str, int] = field(default_factory=dict)
    memory: Memory | None = None
    serials: Mapping[str, int] = field(default_factory=dict)  # how many are recorded
    public_mbits: int | None = None  # None where the centre does not say it, or has a cache


@dataclass(frozen=True, slots=True)
class Crew:
    """Who comes at once: candidates by route, juries, and those that share a place or a room."""

    candidates: Mapping[str, int]
    juries: int
    juries_together: int = 1  # in the place that most of them share
    largest_room: int | None = None  # candidates in the fullest room; all of them, where not known

    @property
    def total(self) -> int:
        """Return how many candidates there are."""
        return sum(self.candidates.values())


@dataclass(frozen=True, slots=True)
class Need:
    """A line of the plateau, counted. ``available`` is None where the centre does not say it."""

    name: str
    title: str
    rule: str
    needed: int
    spare: int
    available: int | None

    @property
    def is_met(self) -> bool:
        """Tell whether the centre has it, as far as it says so; spares are not asked for."""
        return self.available is None or self.available >= self.needed


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a session takes, and whether it can be held at all.

    ``least_juries`` is None where the référentiel limits no jury; ``sittings`` is how many sessions
    the same juries would need.
    """

    needs: tuple[Need, ...]
    least_juries: int | None
    sittings: int
    warnings: tuple[str, ...]
    reminders: tuple[str, ...]

    @property
    def is_conform(self) -> bool:
        """Tell whether nothing is missing."""
        return self.sittings <= 1 and all(need.is_met for need in self.needs)


def assess(referential: Referential, crew: Crew, options: Options) -> Assessment:
    """Return what the candidates and juries of one sitting take.

    Routes that the référentiel does not know are a KeyError: the caller has refused them.
    """
    plateau = referential.plateau or Plateau.model_construct(resources=(), reminders=())
    modalities = {
        name: {trial.modality for trial in referential.routes[name].trials}
        for name in crew.candidates
    }
    counted = [(one, _count(one, crew, modalities)) for one in plateau.resources]
    most = plateau.candidates_per_jury
    least = None if most is None else _ceil(crew.total, most)
    return Assessment(
        tuple(_need(one, count, crew, options) for one, count in counted if count),
        least,
        1 if most is None else _ceil(crew.total, most * crew.juries),
        tuple(_find_warnings(referential, crew, options)),
        tuple(_list_reminders(plateau, crew, modalities)),
    )


def find_long_day(
    referential: Referential, crew: Crew, between: int, longest: int
) -> Iterator[str]:
    """Yield that the busiest jury would sit too long, where there is no timetable to look at.

    ``between`` is the time from one candidate to the next, ``longest`` that of a day, in minutes.
    """
    plateau = referential.plateau
    most = plateau.candidates_per_jury if plateau else None
    share = _ceil(crew.total, crew.juries)
    share = share if most is None else min(share, most)
    passage = max(referential.routes[name].jury_minutes for name in crew.candidates)
    minutes = share * passage + (share - 1) * between
    if minutes > longest:
        said = _("%(minutes)d min de jury dans la journée, au-delà de %(most)d")
        yield said % {"minutes": minutes, "most": longest}


def _ceil(amount: int, share: int) -> int:
    return -(-amount // share)


def _count(resource: Resource, crew: Crew, modalities: Mapping[str, set[str]]) -> int:
    """Return how many candidates a line is for: those of the routes whose trials ask for it."""
    wanted = None if resource.modalities is None else set(resource.modalities)
    return sum(
        count
        for route, count in crew.candidates.items()
        if wanted is None or wanted & modalities[route]
    )


def _need(resource: Resource, candidates: int, crew: Crew, options: Options) -> Need:
    needed, rule = _apply_rule(resource, candidates, crew, options)
    spare = _ceil(needed * options.spare_percent, 100) if resource.each != "session" else 0
    available = options.available.get(resource.name)
    return Need(resource.name, resource.title, rule, needed, spare, available)


def _apply_rule(
    resource: Resource, candidates: int, crew: Crew, options: Options
) -> tuple[int, str]:
    """Return how many it takes, and the rule in words."""
    shares = _ceil(candidates, resource.shared_by)
    if resource.each == "session":
        return resource.number, _("1 par session")
    if resource.each == "jury":
        return resource.number * max(crew.juries, shares), _("%(number)d par jury") % {
            "number": resource.number
        }
    if resource.carries and options.memory is not None:
        hosts = options.memory.hosts_for(candidates, shares)
        return max(shares, hosts), _("1 pour %(share)d, et la mémoire") % {
            "share": resource.shared_by
        }
    if resource.name in options.one_per_bench or resource.shared_by == 1:
        return resource.number * candidates, _("1 par candidat")
    return resource.number * shares, _("1 pour %(share)d") % {"share": resource.shared_by}


def _find_warnings(referential: Referential, crew: Crew, options: Options) -> Iterator[str]:
    plateau = referential.plateau
    most = plateau.candidates_per_jury if plateau else None
    if most is not None and crew.juries > max(1, _ceil(crew.total, most)):
        said = _("%(juries)d jurys pour %(count)d candidats : %(least)d suffisent")
        values = {"juries": crew.juries, "count": crew.total, "least": _ceil(crew.total, most)}
        yield said % values
    if crew.juries_together > 1:
        said = _("%(count)d jurys dans le même local : isolation phonique")
        yield said % {"count": crew.juries_together}
    room = crew.total if crew.largest_room is None else crew.largest_room
    for one in plateau.resources if plateau else ():
        if one.crowd is not None and room > one.crowd.most:
            yield one.crowd.warning
        if one.carries and options.memory is not None:
            shares = _ceil(crew.total, one.shared_by)
            hosts = options.memory.hosts_for(crew.total, shares)
            if hosts > shares:
                yield _explain_memory(options.memory, crew.total, shares, hosts)
        yield from _find_slow_line(one, crew, options)
        yield from _find_unknown_serials(one, crew, options)


def _find_slow_line(one: Resource, crew: Crew, options: Options) -> Iterator[str]:
    if one.mbits_each is None or options.public_mbits is None:
        return
    need = one.mbits_each * crew.total
    if options.public_mbits < need:
        said = _("%(mbits)d Mbit/s pour %(count)d candidats, sans cache local : %(need)d voulus")
        yield said % {"mbits": options.public_mbits, "count": crew.total, "need": need}


def _find_unknown_serials(one: Resource, crew: Crew, options: Options) -> Iterator[str]:
    """Yield that something of a centre is missing, or could not be told from a stranger's."""
    known, available = options.serials.get(one.name), options.available.get(one.name)
    if known is None:
        return
    values = {"title": one.title, "known": known, "there": available, "count": crew.total}
    if available is not None and available < known:
        yield _("« %(title)s » : %(there)d pour %(known)d numéros de série notés") % values
    elif one.each == "candidat" and known < _ceil(crew.total, one.shared_by):
        said = _("« %(title)s » : %(known)d numéros de série notés pour %(count)d candidats")
        yield said % values


def _explain_memory(memory: Memory, candidates: int, shares: int, hosts: int) -> str:
    said = _("%(need)d Gio pour %(count)d bancs, %(host)d Gio par hôte : %(hosts)d hôtes")
    total = memory.bench_mib * candidates + memory.shared_mib * shares
    return said % {
        "need": _ceil(total, 1024),
        "count": candidates,
        "host": memory.host_mib // 1024,
        "hosts": hosts,
    }


def _list_reminders(
    plateau: Plateau, crew: Crew, modalities: Mapping[str, set[str]]
) -> Iterator[str]:
    held = {name for route in crew.candidates for name in modalities[route]}
    for one in plateau.reminders:
        if _concerns(one, held) and (crew.juries_together > 1 or not one.together):
            yield one.text


def _concerns(reminder: Reminder, held: set[str]) -> bool:
    return reminder.modalities is None or bool(held & set(reminder.modalities))
