"""What the embedded provider wants of a room: nothing, unless benches live on other machines."""

from collections.abc import Sequence

from labctl.core.i18n import _
from labctl.spec.hosting import Host, Need, Refusal
from labctl.spec.kind import Kind

_BENCH = Need(450, 3400, 1)
"""Memory as sixteen benches were measured to take; disk is what a session may write (the sum of the
budgets of its machines); sixteen benches run on two cores, eight to a core."""


class EmbeddedRooms:
    """What a room of namespaces is."""

    host = Host
    needs_hosts = False
    is_for_training = True

    def need(self, machines: Sequence[Kind]) -> Need:
        """Return what one bench takes, whatever its machines."""
        del machines
        return _BENCH

    def refuse(self, kind: Kind, hosts: Sequence[Host]) -> Refusal | None:
        """Return why there can be no Windows: it shares no kernel with its host."""
        del hosts
        if kind.master is None:
            return None
        return Refusal(
            _("le fournisseur embedded n'a pas de Windows : il n'en fait que la simulation"),
            _("choisissez un autre genre, ou changez de fournisseur"),
        )
