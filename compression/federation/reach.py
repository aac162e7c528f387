"""A look at the SuperLink before a program of Flower's is started, which would try again and again in silence."""

from __future__ import annotations

import socket
import ssl

from compression.errors import LabError
from compression.federation.launch import Address

SECONDS = 5


def look(at: Address, *, with_keys: bool) -> bool:
    """Whether somebody listens there; LabError where one side speaks TLS and the other doesn't."""
    try:
        with socket.create_connection((at.host.strip("[]"), at.port), timeout=SECONDS) as plain:
            speaks_tls = _speaks_tls(plain)
    except OSError:
        return False
    if speaks_tls and not with_keys:
        raise LabError(
            f"The SuperLink at {at} wants keys: give --keys FOLDER, as it was started with."
        )
    if with_keys and not speaks_tls:
        raise LabError(
            f"The SuperLink at {at} was started without keys: start it with --keys FOLDER too."
        )
    return True


def _speaks_tls(plain: socket.socket) -> bool:
    """Whether it answers a handshake; whose certificate it is, Flower checks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with context.wrap_socket(plain):
            return True
    except (ssl.SSLError, TimeoutError, ConnectionError):  # it speaks otherwise, or waits for us to
        return False
