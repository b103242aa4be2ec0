"""A candidate's own hands on a machine without systemd: its services, its log, its tools."""

from collections.abc import Iterator

import pytest

from labctl.core.ids import NodeName
from tests.contract.role_bench import RoleBench, open_bench
from tests.plans import plan_of

pytestmark = pytest.mark.embedded

CANDIDATE = ("poste", "routeur", "nas", "dc")
TOOLS = (
    "nano", "vi", "vim", "less", "curl", "dig", "host", "nslookup", "tcpdump", "ping", "traceroute",
    "mtr", "ip", "ss", "man", "nc", "lsof", "pstree", "wget", "systemctl", "journalctl", "service",
)  # fmt: skip
ECHO = """\
[Unit]
Description=Un service du candidat
After=network.target
[Service]
Environment=MOT=bonjour
EnvironmentFile=-/etc/default/echo
User=www-data
RuntimeDirectory=echo
ExecStartPre=/bin/sh -c 'echo avant > /run/echo/avant'
ExecStart=/bin/sh -c 'echo "$MOT ${NOM}"; exec sleep 1000'
ExecStop=/bin/sh -c 'echo "fin de $MAINPID"'
Restart=on-failure
RestartSec=200ms
[Install]
WantedBy=multi-user.target
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoleBench]:
    """Give bench 1 as delivered; each test uses services of its own."""
    with open_bench(plan_of(1), tmp_path_factory.mktemp("services")) as opened:
        yield opened


def install(bench: RoleBench, name: str, text: str, node: str = "routeur") -> None:
    bench.script(node, f"cat > /etc/systemd/system/{name}.service <<'END'\n{text}\nEND")


def is_active(bench: RoleBench, name: str, node: str = "routeur") -> str:
    return bench.run(node, "systemctl", "is-active", name).stdout.strip()


@pytest.mark.parametrize("node", CANDIDATE)
def test_what_a_technician_types_is_there(bench: RoleBench, node: str) -> None:
    script = "for p; do command -v $p > /dev/null || echo $p; done"

    assert bench.on(node, "sh", "-c", script, "sh", *TOOLS) == ""


@pytest.mark.parametrize("node", CANDIDATE)
def test_what_is_installed_has_its_manual(bench: RoleBench, node: str) -> None:
    shown = bench.on(node, "env", "MANPAGER=cat", "man", "ip")

    assert "show / manipulate routing" in shown
    assert "liste" in bench.on(node, "env", "MANPAGER=cat", "man", "-L", "fr", "ls").lower()


def test_the_prompt_names_the_bench_and_the_machine(bench: RoleBench) -> None:
    shown = bench.on("routeur", "bash", "-lic", 'echo "${PS1@P}"')

    assert shown.strip() == "root@RT-ARU-01 (banc 01):/#"


def test_the_services_of_a_machine_are_listed_as_they_are(bench: RoleBench) -> None:
    rows = bench.on("routeur", "systemctl", "--all", "--no-legend").splitlines()

    states = {row.split()[0]: row.split()[2] for row in rows}
    expected = {
        "frr.service": "active",
        "lighttpd.service": "active",
        "networking.service": "active",
        "dnsmasq.service": "inactive",
        "nftables.service": "inactive",
    }
    assert {name: states[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("node", "running", "stopped"),
    [("nas", ("smbd", "winbind", "lighttpd"), ("nmbd", "ssh")),
     ("dc", ("samba-ad-dc", "chrony"), ("smbd", "nmbd", "winbind"))],
)  # fmt: skip
def test_what_does_not_run_is_not_said_to(
    bench: RoleBench, node: str, running: tuple[str, ...], stopped: tuple[str, ...]
) -> None:
    found = {name: is_active(bench, name, node) for name in (*running, *stopped)}

    assert found == dict.fromkeys(running, "active") | dict.fromkeys(stopped, "inactive")


def test_a_service_of_the_machine_is_stopped_started_and_reloaded(bench: RoleBench) -> None:
    page = f"http://{plan_of(1).nodes[NodeName('routeur')].management.ip}/"
    web = ("jury", "busybox", "wget", "-qO-", page)

    bench.on("routeur", "systemctl", "stop", "lighttpd")
    stopped = (is_active(bench, "lighttpd"), bench.run(*web).stderr)
    bench.on("routeur", "systemctl", "start", "lighttpd")
    bench.on("routeur", "systemctl", "reload", "lighttpd")

    assert stopped[0] == "inactive"
    assert "refused" in stopped[1]
    assert is_active(bench, "lighttpd") == "active"
    assert "401" in bench.run(*web).stderr


def test_a_service_that_another_way_started_is_the_same_one(bench: RoleBench) -> None:
    bench.on("nas", "systemctl", "restart", "smbd")

    assert is_active(bench, "smbd", "nas") == "active"
    assert bench.code("nas", "/usr/lib/labctl/check") == 0
    assert len(bench.on("nas", "pgrep", "-xf", "/usr/sbin/smbd -D").split()) >= 1


def test_a_configuration_with_a_mistake_is_told(bench: RoleBench) -> None:
    bench.script("routeur", "echo 'faute=1' > /etc/dnsmasq.d/faute.conf")

    done = bench.run("routeur", "systemctl", "restart", "dnsmasq")

    assert done.exit_code == 1
    assert "systemctl status dnsmasq.service" in done.stderr
    assert bench.code("routeur", "systemctl", "status", "dnsmasq") == 3
    bench.on("routeur", "rm", "/etc/dnsmasq.d/faute.conf")


def test_the_log_has_what_a_service_says(bench: RoleBench) -> None:
    bench.script("routeur", "printf 'port=0\\ninterface=lo\\n' > /etc/dnsmasq.d/a.conf; "
                 "systemctl restart dnsmasq")  # fmt: skip

    shown = bench.on("routeur", "journalctl", "-u", "dnsmasq", "-n", "5", "--no-pager")

    assert "dnsmasq[" in shown
    assert "started, version" in shown
    assert "dnsmasq[" in bench.on("routeur", "systemctl", "status", "dnsmasq")
    bench.script("routeur", "systemctl stop dnsmasq; rm /etc/dnsmasq.d/a.conf")


def test_visits_of_labctl_are_not_in_the_log(bench: RoleBench) -> None:
    assert "sshd" not in bench.on("routeur", "cat", "/var/log/syslog")


def test_a_unit_of_the_candidate_is_started_watched_and_stopped(bench: RoleBench) -> None:
    install(bench, "echo", ECHO)
    bench.script("routeur", "echo 'NOM=\"à tous\"' > /etc/default/echo")

    bench.on("routeur", "systemctl", "daemon-reload")
    bench.on("routeur", "systemctl", "start", "echo")

    page = bench.on("routeur", "systemctl", "status", "echo")
    assert "Active: active (running) since" in page
    assert "bonjour à tous" in page
    assert bench.on("routeur", "stat", "-c", "%U", "/run/echo/avant") == "www-data\n"
    pid = bench.on("routeur", "systemctl", "show", "-p", "MainPID", "--value", "echo").strip()
    assert bench.on("routeur", "stat", "-c", "%U", f"/proc/{pid}") == "www-data\n"
    bench.on("routeur", "systemctl", "stop", "echo")
    assert is_active(bench, "echo") == "inactive"
    assert bench.code("routeur", "test", "-d", f"/proc/{pid}") == 1
    assert f"fin de {pid}" in bench.on("routeur", "journalctl", "-u", "echo")


def test_a_service_that_dies_is_started_again_and_not_for_ever(bench: RoleBench) -> None:
    install(bench, "mort", "[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=0\n")

    bench.run("routeur", "systemctl", "start", "mort")
    bench.script("routeur", "for i in $(seq 100); do systemctl is-failed -q mort && exit; "
                 "sleep 0.1; done; exit 1")  # fmt: skip

    shown = bench.on("routeur", "journalctl", "-u", "mort")
    assert "Start request repeated too quickly" in shown
    assert bench.code("routeur", "systemctl", "is-active", "mort") == 3


@pytest.mark.parametrize(
    ("name", "service", "active", "code"),
    [
        ("oneshot", "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n", "active", 0),
        ("court", "Type=oneshot\nExecStart=/bin/true\n", "inactive", 0),
        ("faux", "Type=oneshot\nExecStart=/bin/false\n", "failed", 1),
        ("forking", "Type=forking\nPIDFile=/run/f.pid\n"
         "ExecStart=/bin/sh -c 'sleep 1000 & echo $$! > /run/f.pid'\n", "active", 0),
        ("notify", "Type=notify\nExecStart=/usr/bin/python3 -c 'import os, socket, time; "
         "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
         "s.sendto(b\"READY=1\", os.environ[\"NOTIFY_SOCKET\"]); time.sleep(1000)'\n", "active", 0),
        ("absent", "ExecStart=/nulle/part\n", "failed", 1),
        ("personne", "User=personne\nExecStart=/bin/sleep 9\n", "failed", 1),
    ],
)  # fmt: skip
def test_types_of_services(
    bench: RoleBench, name: str, service: str, active: str, code: int
) -> None:
    install(bench, name, f"[Service]\n{service}")

    done = bench.run("routeur", "systemctl", "start", name)

    assert (done.exit_code, is_active(bench, name)) == (code, active)
    bench.on("routeur", "systemctl", "stop", name)
    assert is_active(bench, name) == ("failed" if active == "failed" else "inactive")


def test_what_is_enabled_comes_back_with_the_machine_and_what_is_not_does_not(
    bench: RoleBench,
) -> None:
    install(bench, "reste", "[Service]\nExecStart=/bin/sleep 1000\n"
            "[Install]\nWantedBy=multi-user.target\n", node="poste")  # fmt: skip
    install(bench, "passe", "[Service]\nExecStart=/bin/sleep 1000\n"
            "[Install]\nWantedBy=multi-user.target\n", node="poste")  # fmt: skip
    bench.on("poste", "systemctl", "enable", "--now", "reste")
    bench.on("poste", "systemctl", "enable", "passe")
    bench.on("poste", "systemctl", "disable", "passe")
    bench.on("routeur", "systemctl", "disable", "--now", "lighttpd")

    bench.restart("poste", "routeur")

    assert is_active(bench, "reste", "poste") == "active"
    assert is_active(bench, "passe", "poste") == "inactive"
    assert is_active(bench, "lighttpd") == "inactive"
    assert bench.run("routeur", "systemctl", "is-enabled", "lighttpd").stdout == "disabled\n"
    bench.on("routeur", "systemctl", "enable", "--now", "lighttpd")
    assert is_active(bench, "lighttpd") == "active"


def test_a_machine_starts_without_the_service_that_somebody_disabled(bench: RoleBench) -> None:
    bench.on("nas", "systemctl", "disable", "--now", "smbd")

    bench.restart("nas")

    assert is_active(bench, "smbd", "nas") == "inactive"
    assert is_active(bench, "winbind", "nas") == "active"
    bench.on("nas", "systemctl", "enable", "--now", "smbd")
    assert bench.code("nas", "smbcontrol", "smbd", "ping") == 0


@pytest.mark.parametrize(
    ("node", "service", "pid_file"),
    [
        ("dc", "samba-ad-dc", "/run/samba/samba.pid"),
        ("dc", "chrony", "/run/chrony/chronyd.pid"),
        ("nas", "smbd", "/run/samba/smbd.pid"),
        ("nas", "winbind", "/run/samba/winbindd.pid"),
    ],
)
def test_a_service_that_takes_long_to_end_is_started_again(
    bench: RoleBench, node: str, service: str, pid_file: str
) -> None:
    old = bench.on(node, "cat", pid_file).strip()

    bench.script(
        node,
        f"kill -STOP {old}; (sleep 3; kill -CONT {old}) & systemctl restart {service}; wait; "
        f"for i in $(seq 100); do [ -e /proc/{old}/exe ] || exit 0; sleep 0.1; done; exit 1",
    )

    new = bench.on(node, "cat", pid_file).strip()
    assert new != old
    assert bench.code(node, "test", "-e", f"/proc/{new}/exe") == 0


def test_a_script_without_a_unit_that_is_enabled_comes_back(bench: RoleBench) -> None:
    info = "### BEGIN INIT INFO\n# Provides: {0}\n# Default-Start: 2 3 4 5\n### END INIT INFO"
    for name in ("vieux", "oublie"):
        text = f"#!/bin/sh\n{info.format(name)}\n: > /run/{name}.$1\n"
        bench.script(
            "poste", f"cat > /etc/init.d/{name} <<'END'\n{text}END\nchmod +x /etc/init.d/{name}"
        )
    bench.on("poste", "systemctl", "enable", "--now", "vieux")
    bench.on("poste", "systemctl", "enable", "oublie")
    bench.on("poste", "systemctl", "disable", "oublie")

    bench.restart("poste")

    assert bench.code("poste", "test", "-e", "/run/vieux.start") == 0
    assert bench.code("poste", "test", "-e", "/run/oublie.start") == 1


def test_a_script_finds_the_folders_that_its_unit_asks_for(bench: RoleBench) -> None:
    unit = "[Service]\nStateDirectory=dossier\nUser=www-data\nExecStart=/bin/true\n"
    bench.script("routeur", "mkdir -p /usr/local/lib/systemd/system; "
                 f"printf '{unit}' > /usr/local/lib/systemd/system/dossier.service; "
                 "printf '#!/bin/sh\n: > /var/lib/dossier/$1\n' > /etc/init.d/dossier; "
                 "chmod +x /etc/init.d/dossier")  # fmt: skip

    bench.on("routeur", "systemctl", "start", "dossier")

    assert bench.on("routeur", "stat", "-c", "%U", "/var/lib/dossier") == "www-data\n"
    assert bench.code("routeur", "test", "-e", "/var/lib/dossier/start") == 0


def test_a_comment_is_not_the_name_of_a_machine(bench: RoleBench) -> None:
    bench.script("poste", "printf '# nom du poste\nPC-ESSAI\n' > /etc/hostname")

    bench.restart("poste")

    assert bench.on("poste", "uname", "-n") == "PC-ESSAI\n"
    bench.on("poste", "hostnamectl", "set-hostname", "poste")


def test_a_drop_in_of_the_candidate_takes_over_from_the_script(bench: RoleBench) -> None:
    folder = "/etc/systemd/system/lighttpd.service.d"
    override = "[Service]\\nEnvironment=A=1\\n"
    bench.script("routeur", f"mkdir {folder}; printf '{override}' > {folder}/override.conf")

    bench.on("routeur", "service", "lighttpd", "restart")

    page = bench.on("routeur", "systemctl", "status", "lighttpd")
    assert f"Drop-In: {folder}/override.conf" in page
    assert "labctl-units" in page
    assert "ProtectSystem" in page
    bench.script("routeur", f"systemctl stop lighttpd; rm -r {folder}; systemctl start lighttpd")
    assert is_active(bench, "lighttpd") == "active"


def test_a_service_that_is_not_there_has_the_codes_of_systemd(bench: RoleBench) -> None:
    codes = [bench.code("routeur", "systemctl", *words, "rien")
             for words in (("start",), ("status",), ("is-active",))]  # fmt: skip

    assert codes == [5, 4, 4]


def test_a_masked_service_does_not_start(bench: RoleBench) -> None:
    bench.on("routeur", "systemctl", "mask", "dnsmasq")

    done = bench.run("routeur", "systemctl", "start", "dnsmasq")

    assert done.exit_code == 1
    assert "is masked" in done.stderr
    bench.on("routeur", "systemctl", "unmask", "dnsmasq")


def test_the_name_and_the_zone_are_set_as_on_a_machine_with_systemd(bench: RoleBench) -> None:
    bench.on("poste", "hostnamectl", "set-hostname", "PC-ESSAI")
    bench.on("poste", "timedatectl", "set-timezone", "Pacific/Tahiti")

    assert bench.on("poste", "cat", "/etc/hostname") == bench.on("poste", "uname", "-n")
    assert bench.on("poste", "readlink", "/etc/localtime").endswith("/Pacific/Tahiti\n")
    assert "PC-ESSAI" in bench.on("poste", "hostnamectl")
    assert "Pacific/Tahiti" in bench.on("poste", "timedatectl", "list-timezones")
    assert bench.code("poste", "timedatectl", "set-timezone", "Pacific/Nulle-Part") == 1
    bench.on("poste", "hostnamectl", "set-hostname", "poste")
    bench.on("poste", "timedatectl", "set-timezone", "Etc/UTC")
