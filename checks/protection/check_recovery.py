"""A volume whose user is gone can still be opened."""

from checks.directory.demand import Directory
from checks.protection.demand import Protection
from checks.protection.facts.encryption import Encryption
from checks.protection.facts.recovery import RecoveryKeys
from labctl.api import Match, Node, NotAsked, _, check, require, truth


@check(
    "K-050",
    asks=(Protection, Directory, Node),
    needs=(RecoveryKeys, Encryption),
    after=("K-037", "K-049"),
    each="on",
    face="windows",
)
def check_recovery_keys(
    asked: Protection,
    _directory: Directory,
    node: Node,
    keys: RecoveryKeys,
    encryption: Encryption,
) -> Match:
    """La clé de récupération de chaque volume chiffré est dans l'annuaire."""
    if not asked.encryption.key_in_directory:
        raise NotAsked(_("le sujet ne le demande pas"))
    wanted = len(asked.encryption.volumes & encryption.volumes.keys())
    found = keys.volumes.get(node.hostname.upper(), 0)
    values = {"name": node.hostname, "found": found, "wanted": wanted}
    return require(
        truth(
            _("clé de récupération n° %(rank)d de %(name)s") % {**values, "rank": rank},
            _("l'annuaire a la clé de récupération de %(found)d volume sur %(wanted)d de %(name)s")
            % values,
            holds=rank <= found,
        )
        for rank in range(1, wanted + 1)
    )
