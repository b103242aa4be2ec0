"""What the causes of shipped incidents make of lazy repairs, and of right ones."""

import base64
from pathlib import Path

import pytest

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.shares.demand import Shares
from labctl.core.command import run
from labctl.core.deadline import Deadline
from labctl.plan.incident import draw_values, resolve
from labctl.spec.incident_file import list_incidents, load_incident
from labctl.spec.watch import Watch
from tests.plans import Desk, plan_of
from tests.unit.switch.switches import configured, show, view_of

PROFILE = '"HKLM\\\\SOFTWARE\\\\ProfileList\\\\S-1-5-21-1-2-3-1105": {\n  "ProfileImagePath": "%s"'
POLICY = "GPO         : {1}\n    Name    : GPO_LECTEURS\n    Options : %s\n"
LINKED = POLICY % "NONE"
DISABLED = POLICY % "GPLINK_OPT_DISABLE"
SCHEMA = '"schema": 1\n'


PLAN = plan_of(1, Desk.SIMULATED)
LOGIN = PLAN.demand(Directory).logins[PLAN.demand(Personalisation).user]


def cause_of(name: str, rank: int) -> Watch:
    incident = load_incident(list_incidents()[name])
    return resolve(incident, PLAN, draw_values(incident, PLAN, "a")).cause[rank]


RANGE = "dhcp-range=set:BUREAUTIQUE,{0},{1},255.255.255.0,8h\n"
STANDARD = "Standard IP access list ADMINISTRATION\n    10 permit {}, wildcard bits {}\n"
ADMIN, GUESTS = ("10.21.10.0", "0.0.0.31"), ("10.21.40.0", "0.0.0.127")
EXTENDED = "Extended IP access list GESTION\n    10 permit {} {} {} any eq 22\n"

RIGHT = [
    ("P-05", RANGE.format("10.21.30.100", "10.21.30.179")),
    ("P-05", RANGE.replace(",", ", ").format("10.21.30.100", "10.21.30.179")),
    ("P-22", '@"ARU\\GG_DIRECTION"\n'),
    ("P-22", '@"ARU\\gg_direction"\n'),
    ("P-22", '+"ARU\\GG_DIRECTION", ARU\\administrator\n'),
    ("P-31", '{"keys": [{}]}'),
    ("P-31", '{"keys": [{"WUServer": ""}]}'),
    ("P-46", SCHEMA),
    ("P-57", '"ARU\\svc-sauvegarde"\n\n'),
    ("P-57", '"aru\\SVC-Sauvegarde"\n\n'),
    ("P-74", RANGE.format("10.21.30.100", "10.21.30.179")),
    ("P-74", RANGE.replace(",", ", ").format("10.21.30.100", "10.21.30.179")),
    ("P-76", STANDARD.format(*ADMIN)),
    ("P-76", EXTENDED.format("tcp", *ADMIN)),
    ("P-76", EXTENDED.format("ip", *ADMIN)),
    ("P-46", SCHEMA + PROFILE % r"C:\\Users\\LOGIN"),
    ("P-46", SCHEMA + PROFILE % r"c:\\users\\LOGIN"),
    ("P-83", LINKED + "1\n"),
    ("P-83", POLICY % "GPLINK_OPT_ENFORCE" + "1\n"),
]
LAZY = [
    ("P-05", RANGE.format("10.21.30.100", "10.21.30.100")),
    ("P-05", RANGE.replace(",", ", ").format("10.21.30.100", "10.21.30.17")),
    ("P-22", "\n"),
    ("P-22", '@"ARU\\GG_DIRECTION" @"ARU\\Domain Users"\n'),
    ("P-31", '{"keys": [{"WUServer": "http://maj.exemple.test:8530"}]}'),
    ("P-46", SCHEMA + PROFILE % r"C:\\Users\\TEMP"),
    ("P-46", SCHEMA + PROFILE % r"C:\\Users\\nouveau"),
    ("P-46", SCHEMA + PROFILE % r"C:\\Users\\LOGIN.000"),
    ("P-57", '"ARU\\svc-sauvegarde" @"ARU\\gg_direction"\n\n'),
    ("P-57", '"ARU\\svc-sauvegarde"\n@"aru\\gg_Direction"\n'),
    ("P-57", "\n\n"),
    ("P-74", RANGE.format("192.168.250.100", "192.168.250.180")),
    ("P-76", STANDARD.format(*GUESTS)),
    ("P-76", STANDARD.format(*GUESTS) + EXTENDED.format("tcp", *ADMIN)),
    ("P-76", EXTENDED.format("tcp", *GUESTS)),
    ("P-76", EXTENDED.format("udp", *ADMIN)),
    ("P-83", DISABLED + "1\n"),
    ("P-83", POLICY % "GPLINK_OPT_DISABLE GPLINK_OPT_ENFORCE" + "1\n"),
    ("P-83", LINKED + "2\n"),  # another policy of the same name, and empty
    ("P-83", DISABLED + "--\n" + LINKED + "2\n"),
]


@pytest.mark.parametrize("name", ["P-11", "P-79"])
@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("ip access-group VISITEURS in", True),
        ("ip access-group FILTRE-INVITES in", False),  # the candidate's own
        ("ip access-group VISITEURS-2 in", False),
        ("ip access-group VISITEURS out", False),
        ("no shutdown", False),
    ],
)
def test_an_incident_of_the_guests_filter_wants_its_name(name: str, line: str, fits: bool) -> None:
    incident = load_incident(list_incidents()[name])
    (look,) = resolve(incident, PLAN, draw_values(incident, PLAN, "a")).before
    switch = view_of(configured("interface vlan 40", "ip address 10.21.40.1 255.255.255.128", line))
    assert look.healthy.is_met(None, show(switch, look.cli)) is fits


def is_repaired(name: str, answer: str) -> bool:
    return cause_of(name, 0).healthy.is_met(0, answer.replace("LOGIN", LOGIN))


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_repair_is_seen(name: str, answer: str) -> None:
    assert is_repaired(name, answer)


@pytest.mark.parametrize(("name", "answer"), LAZY)
def test_a_lazy_repair_leaves_the_cause(name: str, answer: str) -> None:
    assert not is_repaired(name, answer)


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        (("DIRECTION", "COMMUN"), 0),
        ((), 0),  # a bench whose shares never had one
        (("COMMUN",), 1),  # the files of the share are lost
    ],
)
def test_a_new_folder_in_the_place_of_a_share_is_no_repair(
    tmp_path: Path, sheets: tuple[str, ...], code: int
) -> None:
    for name in sheets:
        (tmp_path / name).mkdir()
        (tmp_path / name / "LISEZMOI.txt").touch()
    assert run_there(tmp_path, cause_of("P-56", 1).argv) == code


@pytest.mark.parametrize(
    ("done", "document", "backup"),
    [
        ("rien", 1, 0),
        ("Copier le document de la sauvegarde vers le partage, sur le serveur", 0, 0),
        ("Le copier avec sa date et ses droits (cp --archive)", 0, 0),
        ("Refaire une feuille vide du même nom", 0, 0),  # its text tells, not its exit code
        ("Déplacer la copie au lieu de la copier : il n'y a plus de sauvegarde", 0, 1),
    ],
)
def test_a_document_moved_out_of_the_backup_is_no_restoration(
    tmp_path: Path, done: str, document: int, backup: int
) -> None:
    incident = load_incident(list_incidents()["P-42"])
    found = resolve(incident, PLAN, draw_values(incident, PLAN, "a"))
    shares = PLAN.demand(Shares)
    for share in shares.shares:
        (tmp_path / share.name).mkdir()
    (tmp_path / shares.common / "LISEZMOI.txt").write_text(f"Dossier partagé {shares.common}.\n")
    healthy = [run_there(tmp_path, look.argv) for look in (*found.before, *found.cause)]
    ways = {one.label: one.steps for one in (*found.repairs, *found.wrong_repairs)}
    for step in (*found.inject, *ways.get(done, ())):
        assert run_there(tmp_path, step.argv) == 0
    assert healthy == [0, 0, 0]
    assert [run_there(tmp_path, look.argv) for look in found.cause] == [document, backup]
    assert run_there(tmp_path, found.undo[0].argv) == 0
    assert [run_there(tmp_path, look.argv) for look in (*found.before, *found.cause)] == healthy


def run_there(shares: Path, argv: tuple[str, ...]) -> int:
    """Return the exit code of a command on a file server whose shares are folders of one folder."""
    program = shares / "testparm"
    program.write_text(f"#!/bin/sh\necho {shares}/${{2#--section-name=}}\n")
    program.chmod(0o755)
    path = {"PATH": f"{shares}:/usr/bin:/bin"}
    return run(argv, Deadline.after(10), env=path, check=False).exit_code


FORGOTTEN = base64.b64decode("kJVpswIvr71iWdGIx3Ulug==")
"""The NT hash of the password that P-16 sets (MS-NLMP, NTOWFv1: MD4 of its UTF-16)."""


def print_account(last_set: int, *hashes: bytes) -> str:
    """Return what ldbsearch prints of an account, folded at 78 characters as LDIF is."""
    history = "ntPwdHistory:: " + base64.b64encode(b"".join(hashes)).decode()
    folded = [history[:78], *(f" {history[at : at + 77]}" for at in range(78, len(history), 77))]
    lines = ("# record 1", "dn: CN=Teva", *(folded if hashes else ()), f"pwdLastSet: {last_set}")
    return "\n".join((*lines, "", "# returned 1 records", ""))


@pytest.mark.parametrize(
    ("account", "is_right"),
    [
        (print_account(0, b"t" * 16, FORGOTTEN), True),  # reset, to be changed
        (print_account(133, b"n" * 16, b"t" * 16, FORGOTTEN, b"f" * 16), True),  # and then chosen
        (print_account(133, *[b"n" * 16] * 4, FORGOTTEN, b"f" * 16, FORGOTTEN), True),
        (print_account(133, FORGOTTEN, b"f" * 16), False),  # nothing was done
        (print_account(133, FORGOTTEN, b"t" * 16, FORGOTTEN), False),  # injected a second time
        (print_account(133, b"t" * 16, FORGOTTEN, b"f" * 16), False),  # the technician's is kept
        (print_account(0), True),  # without history, only « to be changed » counts
        (print_account(133), False),
        (print_account(133, *[b"n" * 16] * 10), False),
        (print_account(133).replace("pwd", "ntPwdHistory:: AAA\npwd"), False),
        ("# returned 0 records\n", False),
    ],
)
def test_a_password_that_the_person_chose_after_a_reset_is_a_repair(
    tmp_path: Path, account: str, is_right: bool
) -> None:
    program = tmp_path / "ldbsearch"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{account}END\n")
    program.chmod(0o755)
    look = cause_of("P-16", 0)
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = run(look.argv, Deadline.after(10), env=path, check=False)
    assert look.healthy.is_met(done.exit_code, done.stdout) is is_right
    assert base64.b64encode(FORGOTTEN).decode() not in done.stdout
