"""Who is lent to whom."""

from collections.abc import Sequence

from checks.directory.demand import Directory
from checks.directory.twins import _read_services, parse_hashes, read_groups
from labctl.core.command import Completed
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from tests.plans import plan_of

DIRECTORY = plan_of(1).demand(Directory)
LDIF = """# record 1
dn: CN=svc-scan,CN=Users,DC=moana,DC=test
sAMAccountName: svc-scan
unicodePwd:: Jbn1dSMAJoPlVgj/DArjbg==

# record 2
dn: CN=svc-sauvegarde,CN=Users,DC=moana,DC=test
sAMAccountName: svc-sauvegarde

# Referral
ref: ldap://moana.test/CN=Configuration,DC=moana,DC=test

# returned 3 records
"""


def test_an_account_with_a_hash_can_be_lent() -> None:
    found = {name: secret.reveal() for name, secret in parse_hashes(LDIF)}

    assert found == {"svc-scan": "25b9f57523002683e55608ff0c0ae36e"}


def test_a_text_without_hashes_lends_nobody() -> None:
    assert list(parse_hashes("Unable to open tdb\n")) == []


class Lost:
    """A domain controller whose connection is lost under each command."""

    def run(self, argv: Sequence[str], deadline: Deadline, *, stdin: str = "") -> Completed:
        raise ConnectError(f"{argv} {stdin} {deadline}")

    def close(self) -> None:
        """Nothing is open."""


def test_who_cannot_be_read_is_left_out_and_the_people_are_tried() -> None:
    assert _read_services(DIRECTORY, Lost(), ["svc-scan"], Deadline.after(60)) == {}


def test_a_twin_has_the_groups_of_its_person() -> None:
    person = {"memberOf": ["CN=A", "CN=B"], "primaryGroupID": ["513"], "objectSid": ["S-1-5-21-1"]}

    assert read_groups(person) == {"CN=A", "CN=B"}


def test_another_primary_group_is_named_by_its_sid() -> None:
    person = {"primaryGroupID": ["1105"], "objectSid": ["S-1-5-21-7-8-9-1110"]}

    assert read_groups(person) == {"<SID=S-1-5-21-7-8-9-1105>"}
