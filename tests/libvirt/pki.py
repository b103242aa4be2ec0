"""The certificates that a libvirtd on loopback and its clients show each other, over TLS."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


def write_pki(folder: Path) -> None:
    """Write an authority, a server and a client, under the names that libvirt looks for."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = _issue("authority", None, ())
    _write(folder / "cacert.pem", authority[0].public_bytes(serialization.Encoding.PEM))
    for name, use in (("server", SERVER), ("client", CLIENT)):
        certificate, key = _issue(name, authority, (use,))
        _write(folder / f"{name}cert.pem", certificate.public_bytes(serialization.Encoding.PEM))
        _write(
            folder / f"{name}key.pem",
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )


def _issue(name: str, issuer: Pair | None, uses: tuple[x509.ObjectIdentifier, ...]) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    is_authority = issuer is None
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority=is_authority), critical=True)
    )
    if uses:
        local = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = made.add_extension(x509.ExtendedKeyUsage(list(uses)), critical=False)
        made = made.add_extension(local, critical=False)
    return made.sign(key if issuer is None else issuer[1], hashes.SHA256()), key


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=not is_authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
