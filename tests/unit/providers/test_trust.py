"""Keys and certificates of a bench."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.providers.roles import trust
from labctl.providers.roles.safe import Safe


def test_a_certificate_is_signed_by_the_authority_and_carries_its_names() -> None:
    authority = trust.draw_authority("labctl 01")

    issued = x509.load_pem_x509_certificate(trust.issue(authority, ["dc.a.test", "10.0.0.1"]).pem)

    issued.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.pem))
    names = issued.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["dc.a.test"]
    assert names.get_values_for_type(x509.IPAddress) == [ip_address("10.0.0.1")]


def test_a_certificate_holds_when_the_clock_goes_back_or_on_by_a_year() -> None:
    """Or no machine of a bench that stays could be asked over TLS any more."""
    year = timedelta(days=366)
    authority = trust.draw_authority("labctl 01")
    for made in (authority, trust.issue(authority, ["dc.a.test"])):
        certificate = x509.load_pem_x509_certificate(made.pem)
        assert certificate.not_valid_before_utc < datetime.now(UTC) - year
        assert certificate.not_valid_after_utc > datetime.now(UTC) + year


def test_a_server_certificate_cannot_sign_others() -> None:
    authority = trust.draw_authority("labctl 01")

    issued = x509.load_pem_x509_certificate(trust.issue(authority, ["a.test"]).pem)

    assert not issued.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_authority_key_is_an_elliptic_one() -> None:
    certificate = x509.load_pem_x509_certificate(trust.draw_authority("x").pem)

    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)


def test_host_keys_are_ed25519_and_never_twice_the_same() -> None:
    first, second = trust.draw_key(), trust.draw_key()

    assert first.public.startswith("ssh-ed25519 ")
    assert first.public != second.public


def test_keys_do_not_print() -> None:
    key = trust.draw_key()

    assert "PRIVATE" not in repr(key)


def test_secrets_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "secrets")

    safe.draw_common("labctl 01")
    safe.draw_passwords(["domain_admin_password"])

    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()}
    assert modes == {0o600}
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_node_is_given_only_the_passwords_of_its_role(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "secrets")
    safe.draw_common("labctl 01")
    safe.draw_passwords(["one", "two"])

    given = safe.draw_node(NodeName("nas"), ["nas.a.test"], ["two"])

    assert set(given.secrets) == {"two"}


def test_what_is_read_from_paper_is_short(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "secrets")
    safe.draw_passwords(["one", "two"], {"two"})

    assert {name: len(value) for name, value in safe.read_all().items()} == {"one": 36, "two": 18}


def test_what_is_read_from_paper_stays_when_the_bench_is_made_anew(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "secrets")
    safe.draw_passwords(["one", "two"], {"two"})
    before = safe.read_all()
    safe.draw_passwords(["one", "two"], {"two"}, before)

    after = safe.read_all()
    assert after["two"] == before["two"]
    assert after["one"] != before["one"]


def test_a_kill_before_they_are_drawn_again_leaves_those_on_paper(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "secrets")
    safe.forget(but=("administrator",))  # of a bench that was never built
    safe.draw_common("bench 1")
    safe.draw_passwords(("administrator", "probe"), typed=("administrator",))
    before = safe.read_all()
    safe.forget(but=("administrator",))
    assert safe.read_all() == {"administrator": before["administrator"]}


def test_a_redrawn_node_has_another_host_key(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "secrets")
    safe.draw_common("labctl 01")

    first = safe.draw_node(NodeName("nas"), ["nas.a.test"], []).host_key.public
    second = safe.draw_node(NodeName("nas"), ["nas.a.test"], []).host_key.public

    assert first != second
    assert safe.host_key(NodeName("nas")) == second


def test_every_password_has_all_classes_of_characters(tmp_path: Path) -> None:
    safe = Safe(tmp_path / "secrets")
    (tmp_path / "secrets").mkdir()
    names = [f"p{number}" for number in range(50)]

    safe.draw_passwords(names)

    drawn = [safe.path(name).read_text() for name in names]
    classes = (str.islower, str.isupper, str.isdigit)
    assert all(any(map(is_class, value)) for value in drawn for is_class in classes)
    assert len(set(drawn)) == len(drawn)


def test_a_secret_that_cannot_be_read_is_none_of_those_before(tmp_path: Path) -> None:
    """A reset renews it; a pipe is not waited for."""
    safe = Safe(tmp_path / "secrets")
    assert safe.read_all() == {}
    safe.draw_passwords(["domain_admin_password"])
    os.mkfifo(safe.path("ca.pem"))
    safe.path("audit_key").mkdir()
    safe.path(".ca.key.7.tmp").touch()

    assert list(safe.read_all()) == ["domain_admin_password"]


@pytest.mark.parametrize("name", ["ca.pem", "ca.key"])
def test_an_authority_that_is_damaged_is_said(tmp_path: Path, name: str) -> None:
    safe = Safe(tmp_path / "secrets")
    safe.draw_common("labctl 01")
    safe.path(name).write_bytes(safe.path(name).read_bytes()[:40])

    with pytest.raises(ProviderError, match="n'est plus l'autorité du banc") as caught:
        safe.draw_node(NodeName("dc"), ["dc.a.test"], [])
    assert caught.value.hint == "labctl reset"
