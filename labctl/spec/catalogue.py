"""The rules of the lint by id; an author may opt out of each of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from labctl.spec.loader import Source
from labctl.spec.rule import load_rules
from labctl.spec.rules import (
    cables,
    exam,
    given,
    hosting,
    machines,
    naming,
    official,
    routes,
    seating,
    segments,
)
from labctl.spec.rules.official import Exams
from labctl.spec.rules.view import Finding, Seating, View
from labctl.spec.topic import list_asking

FORM_RULES = (
    "fichier", "encodage", "limite", "yaml", "cle-double", "cle-inconnue", "cle-manquante",
    "type", "valeur", "variable", "regle-inconnue",
)  # fmt: skip
"""Mistakes of form: without them mended, nothing else can be said; nobody opts out."""
NEEDED_RULES = (
    "adresse-hors-reseau", "adresse-sans-reseau", "banc-double", "bloc-double", "bloc-inconnu",
    "bloc-sans-lot", "bout-inconnu", "cahier-inconnu", "capacite", "carte-inconnue",
    "etiquette-impossible", "genre-inconnu", "groupe-inconnu", "hote-absent", "hote-double",
    "hote-inconnu", "liaison-ailleurs", "liaison-impossible", "liaison-vide",
    "machine-isolee", "panne-a-venir", "parcours-inconnu", "passerelle-hors-reseau",
    "passerelle-sans-reseau", "personne-inconnue", "port-double", "porte-incorrecte",
    "poste-impossible", "referentiel-inconnu", "reseau-trop-petit", "segment-inconnu",
    "segment-isole", "valeur-absente", "valeur-incorrecte", "variante-inconnue",
    "vlan-sans-passerelle",
)  # fmt: skip
"""Mistakes that leave nothing to plan: nobody opts out of these either."""
ADVICE_RULES = ("competence-sans-lot", "deux-variantes", "identifiant-autre")
"""What is worth a word, and refuses nothing."""


@dataclass(frozen=True, slots=True)
class VariantRule:
    """A rule about each variant, and the sections it reads."""

    id: str
    reads: tuple[str, ...]
    check: Callable[[View], Iterator[Finding]]


class ExamCheck(Protocol):
    """What is wrong in a variant, given the exams there are."""

    def __call__(self, view: View, exams: Exams) -> Iterator[Finding]:
        """Yield what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class ExamRule:
    """A rule about each variant that reads the référentiel."""

    id: str
    reads: tuple[str, ...]
    check: ExamCheck


@dataclass(frozen=True, slots=True)
class FileRule:
    """A rule that compares variants."""

    id: str
    check: Callable[[tuple[View, ...], Source], Iterator[tuple[View, Finding]]]


@dataclass(frozen=True, slots=True)
class SeatingRule:
    """A rule about a room."""

    id: str
    check: Callable[[Seating], Iterator[Finding]]


_SEG = ("segments",)
_MACHINES = ("segments", "machines")
_CABLES = ("segments", "machines", "liaisons")
_ROUTES = ("lots", "parcours", "depart")

VARIANT_RULES = (
    VariantRule("passerelle-sans-reseau", _SEG, segments.find_gateways_without_network),
    VariantRule("passerelle-hors-reseau", _SEG, segments.find_gateways_outside),
    VariantRule("reseaux-chevauchants", _SEG, segments.find_overlaps),
    VariantRule("reseau-reserve", _SEG, segments.find_reserved),
    VariantRule("reseau-public", _SEG, segments.find_public),
    VariantRule("reseau-trop-petit", _SEG, segments.find_too_small),
    VariantRule("vid-double", _SEG, segments.find_double_vids),
    VariantRule("vid-usine", _SEG, segments.find_default_vids),
    VariantRule("nom-incorrect", _SEG, segments.find_reserved_names),
    VariantRule("genre-inconnu", ("machines",), machines.find_unknown_kinds),
    VariantRule("nom-incorrect", ("machines",), machines.find_reserved_names),
    VariantRule("carte-inconnue", ("machines",), machines.find_unknown_cards),
    VariantRule("segment-inconnu", _MACHINES, machines.find_unknown_segments),
    VariantRule("adresse-sans-reseau", _MACHINES, machines.find_addresses_without_network),
    VariantRule("adresse-hors-reseau", _MACHINES, machines.find_outside),
    VariantRule("adresse-double", _MACHINES, machines.find_double_addresses),
    VariantRule("adresse-sonde", _MACHINES, machines.find_probe_addresses),
    VariantRule("mac-double", ("machines",), machines.find_double_macs),
    VariantRule("mac-incorrecte", ("machines",), machines.find_bad_macs),
    VariantRule("bout-inconnu", _CABLES, cables.find_loose_ends),
    VariantRule("port-double", _CABLES, cables.find_double_ports),
    VariantRule("liaison-impossible", _CABLES, cables.find_loops),
    VariantRule("nom-double", _CABLES, cables.find_double_names),
    VariantRule("segment-inconnu", _CABLES, cables.find_unknown_segments),
    VariantRule("liaison-vide", _CABLES, cables.find_empty_cables),
    VariantRule("etiquette-impossible", _CABLES, cables.find_tags_without_vlan),
    VariantRule("liaison-ailleurs", _CABLES, cables.find_misplaced_cards),
    VariantRule("porte-incorrecte", _CABLES, cables.find_wrong_guests),
    VariantRule("machine-isolee", _CABLES, cables.find_lone_machines),
    VariantRule("segment-isole", _CABLES, cables.find_unreached_segments),
    VariantRule("nom-trop-long", ("machines",), naming.find_long_names),
    VariantRule("nom-incorrect", ("machines",), naming.find_bad_names),
    VariantRule("nom-double", (), naming.find_double_machines),
    VariantRule("nom-double", (), naming.find_double_entries),
    VariantRule("etiquette-double", ("liaisons",), naming.find_double_labels),
    VariantRule("parcours-inconnu", _ROUTES, routes.find_unknown_routes),
    VariantRule("bloc-inconnu", ("lots", "depart"), routes.find_unknown_blocks),
    VariantRule("bloc-double", _ROUTES, routes.find_double_blocks),
    VariantRule("bloc-sans-lot", _ROUTES, routes.find_unplaced_blocks),
    VariantRule("panne-a-venir", ("depart",), routes.find_broken_blocks),
    VariantRule("secret-en-clair", (), exam.find_spoken_secrets),
    VariantRule("imprimable", (), exam.find_unprintable),
    VariantRule("valeur-double", (), exam.find_double_values),
    VariantRule("secret-double", (), exam.find_double_secrets),
    VariantRule("variable-inutile", (), exam.find_unused_variables),
    VariantRule("valeur-inutile", ("banc",), exam.find_unused_values),
    VariantRule("valeur-incorrecte", ("banc",), exam.find_wrong_examples),
)

EXAM_RULES = (
    ExamRule("referentiel-inconnu", ("referentiel",), official.find_unknown_referential),
    ExamRule("parcours-inconnu", ("parcours",), official.find_unknown_routes),
    ExamRule("competence-inconnue", ("lots",), official.find_unknown_competencies),
    ExamRule("duree-lots", _ROUTES, official.find_wrong_time),
    ExamRule("phase-inconnue", _ROUTES, official.find_unknown_phases),
    ExamRule("competence-hors-parcours", _ROUTES, official.find_strange_competencies),
    ExamRule("partage", ("plateau",), official.find_wrong_sharing),
    ExamRule("competence-sans-lot", _ROUTES, official.find_forgotten_competencies),
)

FILE_RULES = (
    FileRule("variantes-inegales", exam.find_unequal_variants),
    FileRule("variantes-chevauchantes", exam.find_shared_networks),
    FileRule("variantes-confondues", exam.find_shared_names),
)

SEATING_RULES = (
    SeatingRule("banc-double", seating.find_double_numbers),
    SeatingRule("place-double", seating.find_double_places),
    SeatingRule("place-hors-grille", seating.find_outside_grid),
    SeatingRule("voisins-identiques", seating.find_alike_neighbours),
    SeatingRule("deux-variantes", seating.find_alternation),
    SeatingRule("variante-inconnue", seating.find_unknown_variants),
    SeatingRule("cahier-inconnu", seating.find_unknown_cahier),
    SeatingRule("autre-cahier", seating.find_other_cahier),
    SeatingRule("parcours-inconnu", seating.find_unknown_routes),
    SeatingRule("groupe-inconnu", given.find_unknown_groups),
    SeatingRule("valeur-absente", given.find_missing_values),
    SeatingRule("valeur-inconnue", given.find_unknown_values),
    SeatingRule("valeur-incorrecte", given.find_wrong_values),
    SeatingRule("valeur-partagee", given.find_shared_values),
    SeatingRule("mac-double", given.find_double_macs),
    SeatingRule("mac-incorrecte", given.find_bad_macs),
    SeatingRule("genre-inconnu", seating.find_unknown_kinds),
    SeatingRule("graine-publique", seating.find_demo_seed),
    SeatingRule("poste-impossible", seating.find_unavailable_kinds),
    SeatingRule("hote-absent", hosting.find_missing_hosts),
    SeatingRule("hote-double", hosting.find_double_hosts),
    SeatingRule("hote-inconnu", hosting.find_unknown_hosts),
    SeatingRule("hote-acces", hosting.find_unreachable_hosts),
    SeatingRule("capacite", hosting.find_small_hosts),
)


def known_rules() -> frozenset[str]:
    """Return the ids an author may opt out of, those of every topic among them."""
    rules = (*VARIANT_RULES, *FILE_RULES, *SEATING_RULES)
    own = {rule.id for rule in load_rules(list_asking())}
    around = {"reseau-hote", "vlan-sans-passerelle", *(rule.id for rule in EXAM_RULES)}
    return frozenset(rule.id for rule in rules) | own | around
