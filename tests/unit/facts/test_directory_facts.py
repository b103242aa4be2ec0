"""Facts of the directory: nested groups, times, links, what changed and what is noise."""

import base64
import json
import struct
from typing import Any
from uuid import UUID

import pytest

from checks.directory.demand import Directory
from checks.directory.facts.changes import parse_changes, parse_leaver, read_baseline
from checks.directory.facts.entries import Entry, instant_of_text, instant_of_ticks, seconds
from checks.directory.facts.memberships import link_members
from checks.directory.facts.probes import (
    ask_changes,
    ask_objects,
    read_accounts,
    read_groups,
    read_policy,
)
from checks.group_policy.facts.links import parse_links
from checks.printing.facts.published import PublishedPrinter, read_published
from checks.protection.facts.recovery import read_keys
from labctl.facts.probe import NotUnderstood
from tests.plans import plan_of
from tests.unit.facts.answering import answer_to, said

PLAN = plan_of(1)
BASE = PLAN.demand(Directory).base_dn
LEAVER = UUID(int=7)


def entry(dn: str, **attributes: str | list[str]) -> Entry:
    """Return an entry; ``class_`` stands for objectClass."""
    values = {
        ("objectclass" if name == "class_" else name.lower()): (
            (value,) if isinstance(value, str) else tuple(value)
        )
        for name, value in attributes.items()
    }
    return Entry(dn, values)


def user(name: str, **attributes: str | list[str]) -> Entry:
    return entry(f"CN={name}", class_=["top", "user"], sAMAccountName=name, **attributes)


def group(name: str, *members: str, **attributes: str | list[str]) -> Entry:
    dns = [f"CN={member}" for member in members]
    return entry(f"CN={name}", class_="group", sAMAccountName=name, member=dns, **attributes)


def test_members_are_found_through_nested_groups() -> None:
    every = (user("teva"), user("hina"), group("A", "B", "teva"), group("B", "hina"))

    links = link_members(every)

    assert links.members_of(every[2]) == {"teva", "hina"}
    assert links.direct_members_of(every[2]) == {"B", "teva"}
    assert links.groups_of(every[1]) == {"A", "B"}


def test_a_loop_of_groups_ends() -> None:
    every = (user("teva"), group("A", "B"), group("B", "A", "teva"))

    links = link_members(every)

    assert links.members_of(every[1]) == {"teva"}
    assert links.groups_of(every[0]) == {"A", "B"}


def test_the_primary_group_counts_unless_it_is_that_of_everybody() -> None:
    every = (
        user("teva", primaryGroupID="512"),
        user("hina", primaryGroupID="513"),
        group("Domain Admins", primaryGroupToken="512"),
        group("Domain Users", primaryGroupToken="513"),
    )

    links = link_members(every)

    assert links.groups_of(every[0]) == {"Domain Admins"}
    assert links.groups_of(every[1]) == frozenset()


@pytest.mark.parametrize(
    ("ticks", "expected"), [(-(2**63), 0), (0, 0), (-9_000_000_000, 900), (-1, 0)]
)
def test_intervals_are_negative_and_may_never_end(ticks: int, expected: int) -> None:
    assert seconds(ticks) == expected


def test_both_kinds_of_time_are_one_instant() -> None:
    assert instant_of_ticks(134_116_992_000_000_000) == instant_of_text("20260101000000.0Z")
    assert instant_of_ticks(0) is None
    assert instant_of_ticks(2**63 - 1) is None


def policy(**values: str) -> Any:
    head = {"dn": BASE, "attributes": {name: [value] for name, value in values.items()}}
    (question,) = ask_objects(PLAN)
    return read_policy(PLAN, (answer_to(question, {"entries": [head]}, 0),))


def test_a_policy_without_age_never_expires() -> None:
    fact = policy(maxPwdAge=str(-(2**63)), minPwdLength="12", pwdProperties="1")

    assert (fact.max_age_days, fact.min_length, fact.complexity) == (0, 12, True)


def test_a_number_that_is_none_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="minPwdLength"):
        policy(minPwdLength="douze")


def test_a_search_that_does_not_show_the_domain_is_not_understood() -> None:
    (question,) = ask_objects(PLAN)

    with pytest.raises(NotUnderstood):
        read_groups(PLAN, (answer_to(question, {"entries": []}, 0),))


def test_every_fact_reads_the_same_search() -> None:
    assert ask_changes(PLAN)[0] == ask_objects(PLAN)[0]


def account(flags: int, set_at: str, created: str) -> Any:
    attributes = {
        "objectClass": ["user"], "sAMAccountName": ["Teva"], "userAccountControl": [str(flags)],
        "pwdLastSet": [set_at], "whenCreated": [created],
    }  # fmt: skip
    entries = [
        {"dn": BASE, "attributes": {}},
        {"dn": f"CN=Teva,{BASE}", "attributes": attributes},
    ]
    (question,) = ask_objects(PLAN)
    answer = answer_to(question, {"entries": entries}, 0)
    return read_accounts(PLAN, (answer,)).users["teva"]


def test_the_bits_of_an_account_are_told_apart() -> None:
    ordinary, disabled, endless = (
        account(flags, "0", "20260101000000.0Z") for flags in (0x200, 0x202, 0x10200)
    )

    assert (ordinary.enabled, disabled.enabled, endless.never_expires) == (True, False, True)
    assert ordinary.must_change
    assert not ordinary.password_changed


@pytest.mark.parametrize(
    ("ticks", "changed"),
    [("134116992010000000", False), ("134116993200000000", True)],  # 1 s and 120 s later
)
def test_a_first_password_is_no_change(ticks: str, changed: bool) -> None:
    assert account(0x200, ticks, "20260101000000.0Z").password_changed is changed


GUID = "{31B2F340-016D-11D2-945F-00C04FB984F9}"


def test_links_are_read_with_their_options() -> None:
    every = (
        entry(f"CN={GUID}", class_="groupPolicyContainer", cn=GUID, displayName="GPO_A"),
        entry(
            "OU=X", gPLink=f"[LDAP://cn={GUID.lower()},cn=policies,DC=t;1][LDAP://CN={GUID},x;2]"
        ),
    )

    links = parse_links(every)

    assert [(link.gpo, link.target, link.options) for link in links.links] == [
        ("GPO_A", "OU=X", 1),
        ("GPO_A", "OU=X", 2),
    ]
    assert links.existing == {"GPO_A"}


def test_a_link_to_a_policy_that_is_gone_keeps_its_guid() -> None:
    links = parse_links([entry("OU=X", gPLink=f"[LDAP://cn={GUID},cn=policies;0]")])

    assert links.links[0].gpo == GUID


def test_a_link_that_is_not_one_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="gPLink"):
        parse_links([entry("OU=X", gPLink="[LDAP://n'importe quoi]")])


def note(**values: Any) -> Any:
    document = {"usn": 100, "leaver_guid": str(LEAVER), "objects": {}, "leaver_groups": {}}
    return said(json.dumps(document | values), "cat", code=0)


def changes(*entries: Entry, system: tuple[Entry, ...] = (), **values: Any) -> Any:
    return parse_changes(PLAN, entries, note(**values), system)


def numbered(number: int, dn: str, usn: int, **attributes: str | list[str]) -> Entry:
    return entry(dn, objectGUID=str(UUID(int=number)), uSNChanged=str(usn), **attributes)


def test_only_what_changed_after_the_note_is_told() -> None:
    fact = changes(numbered(1, "OU=A", 100), numbered(2, "OU=B", 101))

    assert fact.changed == {"OU=B"}


@pytest.mark.parametrize(
    ("dn", "account"),
    [
        ("CN=labctl-j-1", "labctl-j-1"),
        ("CN=DC", "SRV-ARU-AD1$"),
        ("CN=NAS", "nas-aru-01$"),
        ("CN=RID Manager$,CN=System", ""),
        ("CN=RID Set,CN=DC", ""),
    ],
)
def test_what_labctl_and_the_bookkeeping_change_is_no_change(dn: str, account: str) -> None:
    assert changes(numbered(1, dn, 200, sAMAccountName=account)).changed == frozenset()


def test_a_printer_that_a_server_publishes_is_no_change() -> None:
    printer = numbered(1, "CN=SRV-IMP,CN=DC", 200, class_=["top", "printQueue"])

    assert changes(printer).changed == frozenset()


def test_a_published_printer_is_known_by_its_name_its_share_and_their_server() -> None:
    (question,) = ask_objects(PLAN)
    shown = {
        "objectClass": ["top", "printQueue"],
        "printerName": ["Copieur"],
        "printShareName": ["COPIEUR-1"],
        "uNCName": ["\\\\SRV\\IMP-ARU-01"],
        "serverName": ["SRV.moana.test"],
    }
    entries = [{"dn": BASE, "attributes": {}}, {"dn": f"CN=P,{BASE}", "attributes": shown}]

    fact = read_published(PLAN, (answer_to(question, {"entries": entries}),))

    assert fact.printers == (
        PublishedPrinter(
            frozenset({"copieur", "copieur-1", "imp-aru-01"}),
            frozenset({"srv.moana.test", "srv"}),
        ),
    )


def test_recovery_keys_are_counted_by_computer_and_volume() -> None:
    (question,) = ask_objects(PLAN)

    def key(name: str, **more: list[str]) -> dict[str, object]:
        shown = {"objectClass": ["top", "msFVE-RecoveryInformation"], **more}
        return {"dn": f"CN={name},CN=PC,{BASE}", "attributes": shown}

    computer = {"objectClass": ["user", "computer"], "sAMAccountName": ["pc$"]}
    entries = [
        {"dn": BASE, "attributes": {}},
        {"dn": f"CN=PC,{BASE}", "attributes": computer},
        key("old", **{"msFVE-VolumeGuid": ["C"]}),
        key("new", **{"msFVE-VolumeGuid": ["C"]}),
        key("other"),
        {"dn": f"CN=lost,{BASE}", "attributes": {"objectClass": ["msFVE-RecoveryInformation"]}},
    ]

    fact = read_keys(PLAN, (answer_to(question, {"entries": entries}),))

    assert fact.volumes == {"PC": 2}


def test_what_is_no_more_was_deleted_and_what_came_and_went_was_not() -> None:
    objects = {str(UUID(int=1)): "CN=Leila\\, Tama,CN=Users", str(UUID(int=2)): "OU=B"}

    fact = changes(numbered(2, "OU=Renamed", 50), objects=objects)

    assert fact.deleted == {"Leila, Tama"}


def journal(*lines: tuple[int, int]) -> str:
    """Return replPropertyMetaData: (attribute, local USN)."""
    blob = struct.pack("<IIII", 1, 0, len(lines), 0)
    for attribute, usn in lines:
        blob += struct.pack("<IIq16sQQ", attribute, 1, 0, b"", usn, usn)
    return base64.b64encode(blob).decode()


@pytest.mark.parametrize(
    ("lines", "is_changed"),
    [
        (((0x906A0, 150), (0x3, 20)), False),  # a logon
        (((0x906A0, 150), (0x3, 160)), True),
        (((0x3, 20),), True),  # changed, and not in an attribute of its own: a membership
    ],
)
def test_a_logon_of_the_administrator_is_no_change(
    lines: tuple[tuple[int, int], ...], is_changed: bool
) -> None:
    dn = "CN=Administrator"
    system = (entry(dn, replPropertyMetaData=journal(*lines)),)

    fact = changes(numbered(1, dn, 160), system=system)

    assert bool(fact.changed) is is_changed


@pytest.mark.parametrize(
    ("members", "is_changed"),
    [(["CN=other"], False), (["CN=other", "CN=leaver"], True), ([], True)],
)
def test_a_group_may_lose_the_leaver_and_nobody_else(members: list[str], is_changed: bool) -> None:
    other = UUID(int=2)
    every = (
        numbered(1, "CN=G", 150, member=members),
        numbered(2, "CN=other", 10),
        numbered(7, "CN=leaver", 10),
    )
    groups = {str(UUID(int=1)): [str(other), str(LEAVER)]}

    fact = changes(*every, leaver_groups=groups, objects={str(UUID(int=1)): "CN=G"})

    assert bool(fact.changed) is is_changed


def test_the_leaver_is_found_wherever_he_was_moved() -> None:
    every = (
        numbered(7, "CN=Nouveau nom,OU=Anciens", 150, userAccountControl="514"),
        numbered(1, "CN=G", 10, class_="group", sAMAccountName="G"),
    )

    leaver = parse_leaver(every, note())

    assert (leaver.exists, leaver.enabled, leaver.dn) == (
        True,
        False,
        "CN=Nouveau nom,OU=Anciens",
    )


def test_a_leaver_that_was_deleted_does_not_exist() -> None:
    assert not parse_leaver([numbered(1, "CN=G", 10)], note()).exists


def test_without_the_note_nothing_is_compared() -> None:
    with pytest.raises(NotUnderstood, match="pas été noté"):
        read_baseline(said("cat: No such file", "cat", code=1))
