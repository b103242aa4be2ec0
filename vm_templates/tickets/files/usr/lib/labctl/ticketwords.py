"""What Request Tracker is configured with, and what a bench changes in its database."""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

Statement = tuple[str, tuple[str | int, ...]]
ENTITY, SECOND_LEVEL = "Demandes et incidents", "Escalade"
"""How the layer describes its two queues: their names are the bench's."""
SECOND_GROUP = "Deuxième niveau"
PROBLEM = 1
ADD_CATEGORY = """
INSERT INTO CustomFieldValues (CustomField, Name, SortOrder, Creator, LastUpdatedBy)
SELECT f.id, ?, 0, 1, 1 FROM CustomFields AS f WHERE f.Name = 'Catégorie'
AND NOT EXISTS (SELECT 1 FROM CustomFieldValues WHERE CustomField = f.id AND Name = ?)"""


def settings(wanted: dict[str, Any], controller: str, password: str) -> str:
    """Return the settings of a bench: its address, the delays of the contract, the directory."""
    host, domain = quote(wanted["host"]), wanted["domain"]
    account = quote(f"{wanted['audit_account']}@{domain}")
    return f"""\
use utf8;
Set($rtname, {quote(domain)});
Set($WebDomain, {host});
Set($WebPort, 443);
Set($WebPath, '');
Set($WebBaseURL, 'https://' . {host});
Set($CorrespondAddress, {quote(f"assistance@{domain}")});
Set($CommentAddress, {quote(f"assistance@{domain}")});
Set(%ServiceAgreements,
    Default => 'Contrat',
    Levels => {{ 'Contrat' => {{
        Response => {{ RealMinutes => {int(wanted["pick_up_minutes"])} }},
        Resolve => {{ RealMinutes => {int(wanted["solve_minutes"])} }},
    }} }},
);
Set($ExternalAuth, 1);
Set($ExternalAuthPriority, ['annuaire']);
Set($ExternalInfoPriority, ['annuaire']);
Set($ExternalSettings, {{ annuaire => {{
    type => 'ldap',
    server => {quote(f"ldaps://{controller}")},
    user => {account},
    pass => {quote(password)},
    base => {quote(wanted["people_dn"])},
    filter => '(objectClass=user)',
    d_filter => '(userAccountControl:1.2.840.113556.1.4.803:=2)',
    tls => 0,
    net_ldap_args => [
        version => 3, timeout => 5, verify => 'require', cafile => '/etc/labctl/tls/ca.pem',
    ],
    attr_match_list => ['Name', 'EmailAddress'],
    attr_map => {{
        Name => 'sAMAccountName', EmailAddress => 'userPrincipalName', RealName => 'displayName',
    }},
}} }});
1;
"""


def quote(text: str) -> str:
    """Return a text as Perl reads it between single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def statements(wanted: dict[str, Any], passwords: dict[str, str]) -> Iterator[Statement]:
    """Yield what a bench changes in the database of its layer; twice is as once."""
    for name, password in passwords.items():
        yield "UPDATE Users SET Password = ? WHERE Name = ?", (hash_password(password), name)
    for described, name in ((ENTITY, wanted["entity"]), (SECOND_LEVEL, wanted["second_level"])):
        yield "UPDATE Queues SET Name = ? WHERE Description = ?", (name, described)
    yield (
        "UPDATE Groups SET Name = ? WHERE Domain = 'UserDefined' AND Description = ?",
        (wanted["second_level"], SECOND_GROUP),
    )
    for category in wanted["categories"]:
        yield ADD_CATEGORY, (category, category)
    if wanted["problem"]:
        yield (
            "UPDATE Tickets SET Subject = ?, Status = 'open' WHERE id = ? AND Subject = 'Problème'",
            (wanted["problem"], PROBLEM),
        )
    else:
        yield "UPDATE Tickets SET Status = 'deleted' WHERE id = ?", (PROBLEM,)


def hash_password(password: str) -> str:
    """Return a password as RT stores it; RT hashes it more slowly at the first login."""
    salt = secrets.token_urlsafe(12)
    digest = hashlib.sha512((salt + password).encode()).digest()
    return f"!sha512!{salt}!{base64.b64encode(digest).decode().rstrip('=')}"
