"""The plateau technique: what an exam takes, and how many candidates may share each thing."""

from typing import Literal

from labctl.spec.fields import Block, Name, Positive, Text, key


class Crowd(Block):
    """How many of a resource one room bears, and what is said beyond."""

    most: Positive = key("nombre", "nombre par salle au-delà duquel avertir")
    warning: Text = key("texte", "ce qui est dit alors")


class Resource(Block):
    """A line of the plateau technique: something that the centre provides, and for how many."""

    name: Name = key("nom", "nom court, par lequel une session la désigne")
    title: Text = key("intitule", "libellé officiel")
    each: Literal["session", "candidat", "jury"] = key("par", "ce qui la compte")
    shared_by: Positive = key(
        "partage", "nombre maximal de candidats qui la partagent en même temps", default=1
    )
    number: Positive = key("nombre", "combien à la fois", default=1)
    modalities: tuple[Name, ...] | None = key(
        "modalites", "épreuves qui la demandent ; toutes sinon", default=None
    )
    carries: bool = key("porte_les_bancs", "les machines des bancs y vivent", default=False)
    mbits_each: Positive | None = key(
        "debit_par_candidat_mbits",
        "débit par candidat, en Mbit/s, au-dessous duquel avertir",
        default=None,
    )
    crowd: Crowd | None = key("encombrement", "ce qu'une salle en supporte", default=None)


class Reminder(Block):
    """Something that a person looks at, and labctl only lists."""

    text: Text = key("texte", "texte officiel")
    modalities: tuple[Name, ...] | None = key(
        "modalites", "épreuves concernées ; toutes sinon", default=None
    )
    together: bool = key(
        "jurys_ensemble", "seulement où plusieurs jurys sont dans le même local", default=False
    )


class Plateau(Block):
    """What an exam takes: rooms and resources, with the number of candidates that share each."""

    resources: tuple[Resource, ...] = key("ressources", "ressources et locaux", min_length=1)
    reminders: tuple[Reminder, ...] = key("rappels", "ce qu'une personne vérifie", default=())

    @property
    def candidates_per_jury(self) -> int | None:
        """Return how many candidates one jury may have: None where no line says it."""
        return min((one.shared_by for one in self.resources if one.each == "jury"), default=None)
