"""A candidate at the way in of their bench, and everywhere they should not get from there."""

import contextlib
import json
import re
import shlex
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko  # noqa: TID251  # the other side of the conversation
import pytest

from labctl.core.deadline import Deadline
from labctl.core.secrets import Secret, derive_code
from labctl.providers.doors import limits
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.processes import Process
from tests.attacks.on_bench import in_node
from tests.candidate import HOST, Candidate
from tests.commands import Command

pytestmark = pytest.mark.embedded

PORT, SEED = 22400, "graine-de-demo"
MENU = r"Votre choix : $"
MACHINES = ("RT-ARU-01", "SW-ARU-01", "SRV-ARU-AD1", "NAS-ARU-01", "MN-PC-01", "AP-ARU-01")
POSTE, SWITCH, DC, ACCESS_POINT = "5\n", "2\n", "3\n", "6\n"


def code_of(bench: int) -> str:
    return derive_code(Secret(SEED), f"{bench:02d}", "labctl access").reveal()


def open_door(command: Command, bench: int) -> None:
    command.must("access", str(bench), "--listen", HOST, "--first-port", str(PORT))


@pytest.fixture(scope="module")
def candidate(linux: Command, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Candidate]:
    open_door(linux, 1)
    yield Candidate(tmp_path_factory.mktemp("candidate"), 1, PORT + 1, code_of(1))
    linux.must("access", "1", "--stop")


@pytest.fixture
def rested(candidate: Candidate, linux: Command) -> Candidate:
    """Give the candidate of a door that has counted few connections yet."""
    journal = (linux.state / "benches/01/access/journal.jsonl").read_text().splitlines()
    events = [json.loads(line)["event"] for line in journal]
    last = max(rank for rank, event in enumerate(events) if event == "opened")
    if events[last:].count("line") > limits.STARTS - 12:
        reopen(linux)
    return candidate


def reopen(command: Command) -> None:
    processes.kill((find(command, processes.GATE),), Deadline.after(10))
    open_door(command, 1)


def find(command: Command, node: str, bench: str = "01") -> Process:
    found = processes.scan(processes.instance_of(command.state), bench)
    return next(each for each in found if each.node == node)


def test_the_menu_shows_the_machines_of_the_subject_and_no_other(candidate: Candidate) -> None:
    with candidate.terminal() as terminal:
        said = terminal.read_until(MENU)

    listed = [line.split()[1] for line in said.splitlines() if line.strip()[:1].isdigit()]
    assert tuple(listed) == MACHINES
    assert "jury" not in said
    assert "sonde" not in said


def test_each_machine_opens_its_ordinary_login(linux: Command, candidate: Candidate) -> None:
    """That of the domain controller is nobody's, and administers the domain over LDAP."""
    password = (linux.state / "benches/01/secrets/domain_admin_password").read_text()
    account = f"-H ldap://localhost -U Administrator --password={shlex.quote(password)}"
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(SWITCH)
        terminal.read_until(r"\w+[>#]\s*$")
        terminal.type("\x1d")
        terminal.read_until(MENU)
        terminal.type(DC)
        terminal.read_until(r"\$ $")
        terminal.type(f"samba-tool gpo listall {account} | grep -c ^GPO; id -un; exit\n")
        said = terminal.read_until(MENU, 60)
        assert re.search(r"\n[1-9]\d*\r\nnobody\r", said)


def test_wireless_networks_are_written_at_the_access_point(candidate: Candidate) -> None:
    """No radio sends them; hostapd names the line that it refuses."""
    lines = "interface=wlan0", "ssid=TEST", "hw_mode=g", "channel=6", "country_code=PF"
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(ACCESS_POINT)
        terminal.read_until(r"# $")
        terminal.type(f"printf '%s\\n' {' '.join(lines)} > /etc/hostapd/t.conf\n")
        terminal.type("service hostapd restart; systemctl is-active hostapd; echo [$?]\n")
        terminal.read_until(r"\[0\]")
        terminal.type("echo hw_mode=x >> /etc/hostapd/t.conf; service hostapd restart\n")
        terminal.read_until("Line 6: unknown hw_mode")
        terminal.type("echo ssid=TEST > /etc/hostapd/t.conf; service hostapd restart\n")
        terminal.read_until("no interface= in it")
        terminal.type("rm /etc/hostapd/t.conf; service hostapd stop; exit\n")
        terminal.read_until(MENU)


def test_a_dropped_line_comes_back_and_a_second_one_opens_another_window(
    candidate: Candidate,
) -> None:
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(POSTE)
        terminal.read_until(r"# $")
        terminal.type("kept=$((40 + 2)); PS1='<$kept> # '\n")
        terminal.read_until(r"<42> # $")
        with candidate.terminal() as second:
            second.read_until(MENU)
            second.type(POSTE)
            second.read_until(r"# $")
            second.type("echo [$kept]; exit\n")
            second.read_until(r"\[\]")
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(POSTE)
        terminal.read_until(r"<42> # $")  # drawn anew, though nothing was typed
        terminal.type("less /etc/services\n")
        terminal.read_until("tcpmux")
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(POSTE)
        terminal.read_until("tcpmux")
        terminal.type("q")
        terminal.read_until(r"<42> # $")
        terminal.type("exit\n")
        terminal.read_until(MENU)


@pytest.mark.parametrize(
    ("account", "code"),
    [("banc02", ""), ("root", ""), ("labctl-audit", ""), ("banc01", code_of(2))],
)
def test_nobody_else_gets_in(candidate: Candidate, account: str, code: str) -> None:
    done = candidate.ssh("-T", account=account, code=code)

    assert done.returncode == 255
    assert "Permission denied" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("-T", "--", "id"),
        ("-T", "--", "sh", "-c", "id"),
        ("-T", "-s", "--", "sftp"),
        ("-T", "--", "scp", "-t", "/run/windows"),
        ("-T", "-o", "SetEnv=LD_PRELOAD=/tmp/x BASH_ENV=/tmp/x", "--", "id"),
    ],
)
def test_a_command_is_not_run(candidate: Candidate, words: tuple[str, ...]) -> None:
    done = candidate.ssh(*words)

    assert done.stdout.split("\n")[0] == "Il faut un terminal : ssh, sans commande."
    assert "uid=" not in done.stdout + done.stderr


CHANNELS: dict[str, tuple[str, tuple[str, int]]] = {
    "-W, -L and -D to labctl's network": ("direct-tcpip", ("198.18.0.1", 22)),
    "-W, -L and -D to the host": ("direct-tcpip", (HOST, 22)),
    "X11": ("x11", (HOST, 6000)),
}


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("is_depot", [False, True], ids=["menu", "depot"])
def test_nothing_is_forwarded(rested: Candidate, kind: str, *, is_depot: bool) -> None:
    """What every forwarding option of ssh comes to: a channel that the server is asked for."""
    name, goal = CHANNELS[kind]
    account = rested.depot if is_depot else rested.account
    with paramiko.Transport((HOST, rested.port)) as transport:
        transport.connect(username=account, password=rested.code)
        with pytest.raises(paramiko.ChannelException):
            transport.open_channel(name, dest_addr=goal, src_addr=(HOST, 1), timeout=10)
        with pytest.raises(paramiko.SSHException):
            transport.request_port_forward("", 0)


def test_the_socket_of_a_machine_is_not_forwarded(rested: Candidate) -> None:
    here = rested.folder / "socket"
    with rested.holding("-N", "-L", f"{here}:/run/consoles/poste"):
        wait_for(here.exists)
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(here))
            line.settimeout(10)
            assert line.recv(1) == b""


def test_a_socks_proxy_leads_nowhere(rested: Candidate) -> None:
    """What it is asked for (RFC 1928), it hangs up on."""
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    goal = socket.inet_aton(HOST) + rested.port.to_bytes(2, "big")
    with rested.holding("-N", "-D", f"{HOST}:{port}"):
        wait_for(lambda: not is_free(port))
        with socket.create_connection((HOST, port), timeout=10) as line:
            line.sendall(b"\x05\x01\x00")
            assert line.recv(2) == b"\x05\x00"
            line.sendall(b"\x05\x01\x00\x01" + goal)
            said = b"".join(iter(lambda: line.recv(64), b""))
    assert b"SSH" not in said


def is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return False
    return True


NO_CHOICE = (
    b"$(id)\n", b"`id`\n", b"!sh\n", b";sh\n", b"../../x\n", b"0\n", b"99\n", b"-1\n", b"5 ;sh\n",
    b"\xff\xfe\xc3\n", b"\x03", b"\x1a", b"\x1c", b"\x1b[5n\n", "５\n".encode(),
    b"5" * 3000 + b"\n", b"5" * 9 + b"\n",
)  # fmt: skip


def test_what_is_no_choice_of_the_menu_does_nothing(rested: Candidate) -> None:
    """Nor do the keys that stop a program."""
    with rested.terminal() as terminal:
        terminal.read_until(MENU)
        for typed in NO_CHOICE:
            terminal.type(typed.decode("utf-8", "surrogateescape"))
        terminal.type("\ns\n")
        said = terminal.read_until("q : le menu")

    assert "Ce choix n'existe pas" in said
    assert "uid=" not in said
    assert "# " not in said


def test_a_ticket_is_read_as_soon_as_it_is_there(linux: Command, candidate: Candidate) -> None:
    """With what a terminal would obey taken out of it; a question that is none gets nothing."""
    folder = linux.state / "benches/01/access/tickets"
    folder.mkdir()
    with candidate.terminal() as terminal:
        assert "tickets" not in terminal.read_until(MENU)
        (folder / "T-01.txt").write_text("Rien ne s'imprime.\x1b]0;x\x07")
        terminal.type("\n")
        terminal.read_until(r"t +lire les tickets \(1\)")
        terminal.type("t\n")
        assert "s'imprime.\N{REPLACEMENT CHARACTER}]0;x" in terminal.read_until("q : le menu")
    (folder / "T-01.txt").unlink()
    ask = (
        "import socket, sys; s = socket.socket(1); s.connect('/run/counter'); "
        "s.sendall(sys.argv[1].encode()); print(s.recv(99))"
    )
    menu = ("setpriv", "--reuid", "22001", "--clear-groups", "python3", "-c", ask)
    answered = [
        "tickets" in in_entrance(linux, *argv)
        for argv in (
            (*menu, "news\n"), (*menu, "news /etc/shadow\n"), ("python3", "-c", ask, "news\n"),
        )
    ]  # fmt: skip
    assert answered == [True, False, False]


def test_a_candidate_restarts_a_machine_of_theirs(linux: Command, rested: Candidate) -> None:
    before = find(linux, "poste")
    with rested.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type("r\n")
        said = terminal.read_until(r"\(Entrée : aucune\) $")
        (number,) = re.findall(r"(\d+)  MN-PC-01", said)
        assert "SRV-ARU-AD1" not in said
        terminal.type(f"{number}\n")
        terminal.read_until("« oui » : $")
        terminal.type("oui\n")
        terminal.read_until(r"MN-PC-01 — .* a redémarré\.", 120)
        assert find(linux, "poste").pid != before.pid
        terminal.type(POSTE)
        terminal.read_until(r"# $")
        terminal.type("exit\n")
        terminal.read_until(MENU)  # what was typed on a line that is hung up may be lost
    journal = (linux.state / "benches/01/access/journal.jsonl").read_text()
    assert '"restarted", "about": "poste"' in journal
    assert "NOTICES DES ÉQUIPEMENTS" in read_page(rested, "n\n")


def read_page(candidate: Candidate, typed: str) -> str:
    """Return the first screen of a text of the menu."""
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(typed)
        return terminal.read_until("q : le menu")


def in_entrance(command: Command, *argv: str) -> str:
    """Return what a command says inside the way in, whatever becomes of it."""
    entrance = find(command, processes.ENTRANCE)
    return runtime.run_in(entrance, argv, Deadline.after(20), check=False).stdout


def test_sftp_gives_nothing_and_takes_files_only(rested: Candidate) -> None:
    of_solution = {Path(line.split()[-1]).name for line in rested.sftp("ls -l").splitlines()[1:]}
    said = rested.sftp(
        "get /etc/passwd /dev/null", "get ../../etc/passwd /dev/null", "put /etc/os-release a",
        "ln a b", "ln -s /etc/passwd c", "rename a d", "mkdir e", "chmod 6777 a", "copy a f",
        "ls -l /documents", "cd /", "ls -la",
    )  # fmt: skip

    listed = [line.split() for line in said.splitlines() if line.startswith("-rw")]
    found = {Path(line[-1]).name: line[0] for line in listed}
    assert {name: mode for name, mode in found.items() if name not in of_solution} == {
        "a": "-rw-------"
    }
    refused = said.count("not found") + said.count("denied") + said.count("not support")
    assert refused + said.count("does not") >= 8


def test_files_wait_for_the_candidate_who_reads_them_and_changes_none(rested: Candidate) -> None:
    places = ("sujet/cahier.pdf", "sujet/annexe.pdf", "modeles/devis.ods", "sujet/cahier.txt")
    said = rested.sftp(
        *(f"-get /{place} {rested.folder}/{Path(place).name}" for place in places),
        *(f"-put {rested.folder}/askpass /{place}" for place in places),
        *(f"-rm /{place}" for place in places), "-put /etc/os-release /sujet/a", "ls -l /sujet",
    )  # fmt: skip

    content = [(rested.folder / Path(place).name).read_bytes() for place in places]
    assert [one[:4] for one in content[:3]] == [b"%PDF", b"%PDF", b"PK\x03\x04"]
    assert str(PORT + 1).encode() in content[3]  # where this door is, not where one is meant
    assert said.lower().count("permission denied") == 2 * len(places) + 1
    assert {line.split()[0] for line in said.splitlines() if line.startswith("-r")} == {
        "-r--r--r--"
    }


def test_what_is_handed_in_is_bounded_named_safely_and_in_the_evidence(
    linux: Command, rested: Candidate
) -> None:
    big, small = rested.folder / "big", rested.folder / "small"
    big.write_bytes(bytes(5 << 20))
    small.write_bytes(b"ma fiche")
    names = ("-rf *", "fiche é.txt", "..x", "$(id)")
    puts = [f'put {small} "./{name}"'.replace("*", "\\*").replace("$", "\\$") for name in names]
    rested.sftp("rm a", *puts, f"put {big} big")

    run = Path(linux.json("collect", "1")["runs"]["1"])

    journal = (run / "evidence" / "journal.jsonl").read_text()
    kept = linux.state / "benches/01/access/documents"
    sizes = {path.name: path.stat().st_size for path in kept.iterdir()}
    assert sizes.pop("index.json")
    assert all(set(name) <= set(SAFE) for name in sizes)
    assert max(sizes.values()) <= limits.FILE_BYTES
    assert journal.count('"kind":"document"') == len(sizes) >= 4
    assert "fiche" in journal
    rested.sftp('rm "./*"')


SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"


def test_fifty_files_do_not_fit(rested: Candidate) -> None:
    small = rested.folder / "one"
    small.write_bytes(b"x")
    rested.sftp(*(f"put {small} f{number}" for number in range(50)))
    said = rested.sftp("ls -1")
    rested.sftp("rm *")

    assert 20 < sum(line.startswith("f") for line in said.splitlines()) < limits.DEPOT_FILES


INSIDE = {
    "a network": "ip -br link | grep -v ^lo",
    "an address of labctl": "busybox nc -w 2 198.18.0.1 22 < /dev/null",
    "the host": "busybox nc -w 2 127.0.0.1 22 < /dev/null",
    "the code": "cat /etc/labctl/secrets.json",
    "the host key": "cat /etc/labctl/ssh_host_ed25519_key",
    "passwords": "cat /etc/shadow",
    "the socket of a machine": "rm /run/consoles/poste",
    "a user namespace": "unshare --user --map-root-user true",
    "root": "su -c id",
    "what is handed in": "ls /srv/depot/documents",
    "a fresh /proc": "mount -t proc none /mnt",
}


@pytest.mark.usefixtures("candidate")
def test_code_of_the_menu_account_reaches_nothing(linux: Command) -> None:
    """As if sshd, dtach or the menu had a hole: a shell of its account, in the way in."""
    entrance = find(linux, processes.ENTRANCE)
    lines = "".join(
        f"if ( {line} ) < /dev/null > /dev/null 2>&1; then echo {goal}; fi\n"
        for goal, line in INSIDE.items()
    )
    argv = ("setpriv", "--reuid", "22001", "--regid", "22001", "--clear-groups", "sh", "-s")

    said = runtime.run_in(entrance, argv, Deadline.after(60), stdin=f"{lines}echo tried\n").stdout

    assert said == "tried\n"


def test_sshd_has_few_capabilities_and_no_way_to_more(linux: Command, rested: Candidate) -> None:
    """With more of them, ``SIOCGSKNS`` on its own connection gives the network of the host."""
    entrance = find(linux, processes.ENTRANCE)
    with rested.terminal() as terminal:
        terminal.read_until(MENU)
        said = runtime.run_in(
            entrance,
            ("sh", "-c", "for p in $(pgrep -x sshd-session); do cat /proc/$p/status; done"),
            Deadline.after(20),
        ).stdout

    lines = dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)
    assert int(lines["CapBnd"], 16) == sum(1 << n for n in (0, 1, 3, 5, 6, 7, 18, 29))
    assert (lines["NoNewPrivs"], lines["Seccomp"]) == ("1", "2")


def test_root_of_a_machine_does_not_see_what_serves_its_window(candidate: Candidate) -> None:
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(POSTE)
        terminal.read_until(r"# $")
        terminal.type("ps axww | grep -c [g]ate; ls -l /proc/self/fd | grep -c socket; exit\n")
        assert "0\r\n0\r\n" in terminal.read_until(MENU)


def test_a_pause_cuts_lines_and_freezes_windows_and_gives_them_back(
    linux: Command, rested: Candidate
) -> None:
    tick = linux.state / "benches/01/nodes/poste/upper/root/tick"
    with rested.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(POSTE)
        terminal.read_until(r"# $")
        terminal.type("(setsid sh -c 'while :; do date +%N > /root/tick; sleep 0.1; done' &)\n")
        terminal.type("here=$((30 + 3))\n")
        wait_for(tick.exists)
        linux.must("access", "1", "--pause")
        assert terminal.is_cut()
    before = tick.read_text()
    time.sleep(1)  # noqa: TID251  # that nothing happens is seen by waiting
    assert tick.read_text() == before
    with pytest.raises(paramiko.SSHException), rested.terminal():
        pass
    linux.must("grade", "1", code=5)

    linux.must("access", "1", "--resume")

    wait_for(lambda: tick.read_text() != before)
    with rested.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(POSTE)
        terminal.type("pkill -f /root/tick; rm /root/tick; echo [$here]; exit\n")
        assert "[33]" in terminal.read_until(r"\[\d*\]")  # its own window, not a new one


def test_what_is_typed_before_a_window_is_open_arrives(rested: Candidate) -> None:
    with rested.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(f"{POSTE.strip()}+\necho [$((30 + 3))]; exit\n")
        terminal.read_until(r"\[33\]")


def test_a_gate_that_was_killed_is_opened_again_by_the_same_command(
    linux: Command, candidate: Candidate
) -> None:
    with candidate.terminal() as left:
        left.read_until(MENU)
        reopen(linux)
        assert left.is_cut()
    before = find(linux, processes.ENTRANCE)
    open_door(linux, 1)

    assert find(linux, processes.ENTRANCE) == before
    with candidate.terminal() as terminal:
        terminal.read_until(MENU)


def test_lines_of_one_address_are_limited(linux: Command, rested: Candidate) -> None:
    reopen(linux)
    with contextlib.ExitStack() as stack:
        lines = [
            stack.enter_context(socket.create_connection((HOST, rested.port), timeout=10))
            for _each in range(limits.LINES_OF_A_SOURCE + 3)
        ]
        said = [line.recv(4) for line in lines]
    assert said.count(b"SSH-") == limits.LINES_OF_A_SOURCE
    assert said[-3:] == [b"", b"", b""]


def test_a_flood_of_codes_waits(linux: Command, rested: Candidate) -> None:
    reopen(linux)

    def say() -> bytes:
        with socket.create_connection((HOST, rested.port), timeout=10) as line:
            return line.recv(4)

    said = [say() for _each in range(limits.STARTS + 5)]

    assert said.count(b"SSH-") == limits.STARTS
    assert "too often" in (linux.state / "benches/01/access/journal.jsonl").read_text()


def test_an_exam_is_refused_where_the_kernel_alone_isolates(linux: Command) -> None:
    done = linux.run("access", "1", "--mode", "examen")

    assert done.returncode == 5
    assert "jamais une barrière de sécurité" in done.stderr


def test_the_end_cuts_lines_and_leaves_no_shell_behind(linux: Command, rested: Candidate) -> None:
    with rested.terminal() as terminal:
        terminal.read_until(MENU)
        terminal.type(POSTE)
        terminal.read_until(r"# $")
        linux.must("access", "1", "--stop")
        assert terminal.is_cut()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, rested.port), timeout=5)
    in_node(linux, "poste", "sh", "-c", "! pgrep -t pts/0,pts/1,pts/2")
    open_door(linux, 1)


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)  # noqa: TID251  # a test is outside the product
