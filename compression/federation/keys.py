"""The keys of a federation: an authority of its own, the SuperLink's certificate for TLS, and a key for each client."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from compression.errors import UsageError
from compression.files import PRIVATE, write

DAYS = 365
"""How long certificates hold; make new keys after that."""


def make_keys(folder: Path, host: str, clients: int) -> None:
    """Write ca.pem, server.pem and server.key for a SuperLink that is reached as ``host``, and client-N.key and .pub.

    UsageError where the folder is there already: keys in use must not be lost. The authority's own key is thrown away.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise UsageError(
            f"{folder} is there already: name another folder for the new keys."
        ) from None
    authority, server = _new_key(), _new_key()
    name = _name("Compact AI Lab federation")
    ca = _certificate(name, name, authority, authority).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    names = [_alternative(each) for each in dict.fromkeys((host, "localhost", "127.0.0.1"))]
    link = (
        _certificate(_name(host[:64]), name, server, authority)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    for file, builder in (("ca.pem", ca), ("server.pem", link)):
        signed = builder.sign(authority, hashes.SHA256())
        write(folder / file, signed.public_bytes(Encoding.PEM))
    _write_secret(folder / "server.key", server, PrivateFormat.PKCS8)
    for client in range(clients):
        key = _new_key()
        _write_secret(folder / f"client-{client}.key", key, PrivateFormat.OpenSSH)
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        write(folder / f"client-{client}.pub", public + b"\n")


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    authority: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    now = datetime.now(timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks of devices differ
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
            critical=False,
        )
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)


def _write_secret(file: Path, key: ec.EllipticCurvePrivateKey, form: PrivateFormat) -> None:
    write(file, key.private_bytes(Encoding.PEM, form, NoEncryption()), mode=PRIVATE)
