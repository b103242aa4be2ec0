"""One variant: the only place where figures differ from one candidate to its neighbour."""

from pydantic import ConfigDict

from labctl.spec.fields import (
    Block,
    Text,
    key,
)


class Variant(Block):
    """What reports print of the client; the rest are values of ``${…}``, as the cahier likes."""

    model_config = ConfigDict(extra="allow")

    company: Text = key("societe", "raison sociale du client", default="")
    business: Text = key("activite", "activité du client", default="")
    town: Text = key("commune", "commune du client", default="")
