"""How cables and ports are labelled."""

from typing import Literal

from labctl.spec.fields import Block, Name, Pattern, key


class Labelling(Block):
    """How cables and ports are labelled."""

    regex: Pattern = key("regex", "forme des étiquettes")
    links: dict[Name, Name] = key("liens", "port → étiquette du lien")
    same_description: Literal[True] = key(
        "description_port_identique", "description du port = étiquette"
    )
