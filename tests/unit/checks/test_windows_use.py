"""Checks of how a Windows workstation is set, used and helped."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from checks.desk.facts.desk import Desk
from checks.desk.facts.user_settings import UserSettings
from checks.group_policy.facts.links import GpoLinks
from checks.hardening.facts.hardening import Hardening
from checks.remote_help.demand import RemoteSupport
from checks.remote_help.facts import RemoteHelp
from checks.software.facts import Software
from checks.sound.facts import Flow, Sound, SoundDevice
from checks.startup.facts.startups import Startup, Startups
from checks.wireless_client.facts import Wifi
from labctl.core.expect import Undecided
from labctl.core.verdict import Match
from tests.checking import PLAN, fact_of, miss, refuse, run_check, solved_but
from tests.plans import asking

USER, DESK, STARTUPS, WIFI = fact_of(UserSettings), fact_of(Desk), fact_of(Startups), fact_of(Wifi)
HARDENING = fact_of(Hardening)
LATER = datetime(2026, 2, 1, tzinfo=UTC)


def test_speakers_are_no_headset() -> None:
    devices = fact_of(Sound).devices
    speakers = {name: replace(one, form_factor=1) for name, one in devices.items()}
    found = miss("K-029", Sound(speakers))
    assert "aucun casque actif pour entendre" in found.message


@pytest.mark.parametrize(
    ("flow", "shape", "said"),
    [(Flow.PLAYS, 1, "sort par défaut"), (Flow.RECORDS, 2, "entre par défaut")],
)
def test_a_headset_that_is_not_the_default_device(flow: Flow, shape: int, said: str) -> None:
    other = SoundDevice(flow, shape, active=True, faulty=False, chosen_at=LATER)
    found = miss("K-029", Sound(fact_of(Sound).devices | {"{autre}": other}))
    assert said in found.message
    assert 0 < found.earned < 1


def test_a_default_device_that_windows_does_not_tell_is_for_a_person() -> None:
    devices = {name: replace(one, chosen_at=None) for name, one in fact_of(Sound).devices.items()}
    assert isinstance(refuse("K-029", Sound(devices)), Undecided)


def test_what_is_left_at_start_up_is_named() -> None:
    left = replace(STARTUPS, programs=(Startup("McToolbar", "toolbar.exe"),))
    found = miss("K-031", left)
    assert "démarre encore : McToolbar" in found.message
    assert 0 < found.earned < 1


def test_the_program_to_remove_is_still_there() -> None:
    programs = (*fact_of(Software).programs, "McToolbar 3.1")
    assert "est encore installé" in miss("K-031", Software(programs)).message


@pytest.mark.parametrize(
    ("wifi", "said"),
    [
        (Wifi(has_card=False, is_enabled=False, known=frozenset()), "pas de carte sans fil"),
        (replace(WIFI, known=frozenset({"Autre"}), profiles={"Autre": True}), "n'a jamais rejoint"),
        (replace(WIFI, is_enabled=False), "est désactivée"),
        (replace(WIFI, profiles={"Autre": True}), "n'a plus le profil"),
        (replace(WIFI, profiles=dict.fromkeys(WIFI.profiles, False)), "ne rejoint pas seul"),
    ],
)
def test_the_wireless_network_is_the_fallback(wifi: Wifi, said: str) -> None:
    assert said in miss("K-036", wifi).message


@pytest.mark.parametrize("known", [(), (PLAN.domain,), ("MN-Personnel-01 2",)])
def test_a_network_that_windows_names_otherwise_is_for_a_person(known: tuple[str, ...]) -> None:
    renamed = replace(WIFI, known=frozenset(known))
    error = refuse("K-036", renamed)
    assert isinstance(error, Undecided)
    assert "sous le nom du domaine" in error.detail
    by_hand = replace(renamed, profiles=dict.fromkeys(WIFI.profiles, False))
    assert "ne rejoint pas seul" in miss("K-036", by_hand).message


def test_without_the_profiles_another_name_proves_nothing() -> None:
    unread = replace(WIFI, known=frozenset(), profiles={}, problem="Accès refusé")
    assert isinstance(refuse("K-036", unread), Undecided)


def test_profiles_that_could_not_be_read_are_for_a_person_unless_the_card_tells() -> None:
    unread = replace(WIFI, profiles={}, problem="Accès refusé")
    error = refuse("K-036", unread)
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail
    assert "est désactivée" in miss("K-036", replace(unread, is_enabled=False)).message


@pytest.mark.parametrize("check", ["K-032", "K-033", "K-038", "K-039"])
def test_a_closed_session_proves_nothing(check: str) -> None:
    error = refuse(check, UserSettings(is_open=False))
    assert isinstance(error, Undecided)
    assert "htehei" in error.detail


def test_paths_and_browsers_are_compared_in_any_case() -> None:
    user = replace(USER, wallpaper=USER.wallpaper.upper())
    assert run_check("K-032", PLAN, solved_but(user)) is not None


PHOTOS = r"C:\Users\htehei\AppData\Local\Packages\Photos\LocalState\PhotosAppBackground"


def test_a_picture_of_the_same_name_in_another_folder_is_for_a_person() -> None:
    copy = replace(USER, wallpaper=rf"{PHOTOS}\Fond.png")
    error = refuse("K-032", copy, replace(DESK, home_page=""))
    assert isinstance(error, Undecided)
    assert error.detail == (
        "le fond d'écran est une image de ce nom, d'un autre dossier : à voir à l'écran ; "
        "aucune stratégie n'impose la page d'accueil : à voir à l'écran"
    )
    assert "MSEdgeHTM" in miss("K-032", replace(copy, browser="MSEdgeHTM")).message


def test_another_picture_is_named() -> None:
    found = miss("K-032", replace(USER, wallpaper=rf"{PHOTOS}\img0.jpg"))
    assert found.message.startswith("fond d'écran : attendu d:\\donnees\\charte\\fond.png, trouvé")


def test_another_browser_is_named() -> None:
    assert "MSEdgeHTM" in miss("K-032", replace(USER, browser="MSEdgeHTM")).message


def test_a_home_page_set_by_hand_is_for_a_person_to_see() -> None:
    assert isinstance(refuse("K-032", replace(DESK, home_page="")), Undecided)
    found = miss("K-032", replace(DESK, home_page="https://www.example.test/"))
    assert "page d'accueil : attendu https://intranet.moana.test" in found.message


def test_comfort_is_compared_need_by_need() -> None:
    found = miss("K-033", replace(USER, text_pct=100))
    assert found.message == "taille du texte, en % : attendu 150, trouvé 100"
    assert found.earned == Decimal("0.5")


def test_a_drive_that_leads_elsewhere() -> None:
    found = miss("K-038", replace(USER, drives=USER.drives | {"S:": r"\\NAS-ARU-01\SCANS"}))
    assert found.message == r"lecteur S : attendu \\nas-aru-01\commun, trouvé \\nas-aru-01\scans"


def test_the_whole_name_of_the_server_is_the_same_server() -> None:
    drives = USER.drives | {"S:": r"\\NAS-ARU-01.moana.test\COMMUN"}
    assert run_check("K-038", PLAN, solved_but(replace(USER, drives=drives))) is not None


def test_a_drive_that_a_policy_may_map_is_not_missed() -> None:
    without = replace(USER, drives={})
    assert isinstance(refuse("K-038", without), Undecided)


def test_a_drive_that_no_linked_policy_maps_is_missed() -> None:
    found = miss("K-038", replace(USER, drives={}), GpoLinks((), frozenset()))
    assert found.message.count("trouvé rien") == 2


def test_another_default_printer() -> None:
    assert miss("K-039", replace(USER, printer="Microsoft Print to PDF")).earned == 0


def test_a_printer_of_a_server_is_known_by_its_name() -> None:
    shared = replace(USER, printer=rf"\\SRV\{USER.printer}")
    assert run_check("K-039", PLAN, solved_but(shared)) is not None


@pytest.mark.parametrize("shadow", [2, 4])
def test_a_session_taken_without_consent(shadow: int) -> None:
    found = miss("K-120", replace(HARDENING, shadow=shadow))
    assert f"Shadow = {shadow}" in found.message


@pytest.mark.parametrize("shadow", [1, 3])
def test_a_session_from_afar_is_a_trace_as_good_as_a_log(shadow: int) -> None:
    sessions = RemoteHelp(frozenset(), fact_of(RemoteHelp).sessions)
    found = run_check("K-120", PLAN, solved_but(sessions, replace(HARDENING, shadow=shadow)))
    assert isinstance(found, Match)
    assert "session venue de 192.0.2.10 (évènement 1149" in found.found
    assert "accord donné (évènement 20510" in found.found


LOGON = RemoteHelp(frozenset(), fact_of(RemoteHelp).sessions[:1])


def test_a_session_that_asked_nobody_is_for_a_person() -> None:
    error = refuse("K-120", LOGON)
    assert isinstance(error, Undecided)
    assert "sans trace d'un accord" in error.detail


def test_a_session_that_asked_nobody_is_enough_where_no_consent_is_asked() -> None:
    plan = asking(PLAN, PLAN.demand(RemoteSupport).model_copy(update={"consent": False}))
    assert run_check("K-120", plan, solved_but(LOGON)) is not None


def test_no_trace_of_help_proves_nothing() -> None:
    assert isinstance(refuse("K-120", RemoteHelp(frozenset())), Undecided)
    error = refuse("K-120", RemoteHelp(frozenset(), problem="Accès refusé"))
    assert isinstance(error, Undecided)
    assert "Accès refusé" in error.detail


def test_a_session_that_nobody_may_watch_is_for_a_person() -> None:
    error = refuse("K-120", replace(HARDENING, shadow=0))
    assert isinstance(error, Undecided)
    assert "Shadow = 0" in error.detail
