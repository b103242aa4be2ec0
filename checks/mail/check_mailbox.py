"""The mailbox of a person works both ways from the machines on which it is set up."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from checks.directory.demand import Directory, Person
from checks.mail.demand import Mail
from checks.mail.facts import SERVER, Correspondence, Letter, Login
from labctl.api import Expectation, Match, NodeName, NotAsked, Plan, _, check, require, say, truth


@check("K-105", asks=(Mail, Directory, Plan), needs=Correspondence, face=SERVER)
def check_mailbox_works(
    asked: Mail, directory: Directory, plan: Plan, seen: Correspondence
) -> Match:
    """La boîte est relevée depuis le poste, et le message d'essai en est parti."""
    if asked.hosted_on is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    return require(
        point for name in asked.on for point in _list_points(asked, directory, plan, name, seen)
    )


def _list_points(
    asked: Mail, directory: Directory, plan: Plan, name: NodeName, seen: Correspondence
) -> Iterator[Expectation]:
    """Judge what came from the network of a machine, to a server on the ports asked alone."""
    node, owner = plan.nodes[name], directory.person(asked.owner)
    network = plan.network_of(node.interfaces[0].segment)
    said = {"box": owner.upn, "name": node.hostname, "to": asked.trial.to}
    said["subject"] = asked.trial.subject
    imap = {**said, "port": asked.imap.port, "security": asked.imap.security.upper()}
    yield truth(
        _("boîte %(box)s relevée depuis %(name)s (IMAP, port %(port)d, %(security)s)") % imap,
        _("personne n'a relevé la boîte %(box)s depuis le réseau de %(name)s") % said,
        holds=any(_is_from(network, login) for login in seen.logins),
    )
    letters = _find_letters(asked, owner, seen)
    yield truth(
        _("message « %(subject)s » de %(box)s reçu par %(to)s") % said,
        _("%(to)s n'a reçu de %(box)s aucun message « %(subject)s »") % said,
        holds=bool(letters),
    )
    if letters:  # that which shows most
        best = max(letters, key=lambda one: (_is_from(network, one), one.has_code))
        smtp = {**said, "port": asked.smtp.port, "security": asked.smtp.security.upper()}
        yield truth(
            _("message envoyé depuis %(name)s (SMTP, port %(port)d, %(security)s)") % smtp,
            _("le message d'essai n'est pas parti du réseau de %(name)s, mais de %(client)s")
            % {**said, "client": say(best.client)},
            holds=_is_from(network, best),
        )
        yield truth(
            _("code de recette recopié"),
            _("le message d'essai ne contient pas le code du message qui attend dans la boîte"),
            holds=best.has_code,
        )


def _is_from(network: IPv4Network, one: Login | Letter) -> bool:
    return one.client is not None and one.client in network and one.is_encrypted


def _find_letters(asked: Mail, owner: Person, seen: Correspondence) -> tuple[Letter, ...]:
    """Return the messages of that subject that the owner, logged in, sent as themselves."""
    names = {owner.login.casefold(), owner.upn.casefold()}
    return tuple(
        letter
        for letter in seen.letters
        if letter.subject.casefold() == asked.trial.subject.casefold()
        and letter.account.casefold() in names
        and letter.sender.casefold() == owner.upn.casefold()
    )
