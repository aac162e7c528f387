"""The cluster at ``COMPACT_SCHEDULER``: how it is reached, and whether it can measure for us."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

from compression.engine.worker.tasks import other_version, own_fingerprint
from compression.errors import EngineError, UsageError, reason_of
from compression.recipe.fingerprint import fingerprint

LOCAL = ("tcp://127.0.0.1:", "tcp://localhost:")
TLS_FILES = {
    "COMPACT_TLS_CA": "tls_ca_file",
    "COMPACT_TLS_CERT": "tls_client_cert",
    "COMPACT_TLS_KEY": "tls_client_key",
}
"""What each file is to Dask."""

WORKER_SECONDS = 5.0
"""How long a cluster without workers is given to get one."""


def security_of(address: str, security_class: Any) -> Any:
    """How to prove who we are; UsageError where the address is unsafe, or a TLS file isn't what it should be."""
    if not address.startswith(("tls://", *LOCAL)):
        raise UsageError(
            f"COMPACT_SCHEDULER={address[:80]} can't be used: write tls://host:port, with the "
            "files in COMPACT_TLS_CA, COMPACT_TLS_CERT and COMPACT_TLS_KEY."
        )
    if not address.startswith("tls://"):
        return security_class(require_encryption=False)
    files = {option: _tls_file(variable) for variable, option in TLS_FILES.items()}
    security = security_class(require_encryption=True, **files)
    try:
        security.get_connection_args("client")
    except (ssl.SSLError, OSError) as error:
        named = ", ".join(f"{variable}={files[option]}" for variable, option in TLS_FILES.items())
        raise UsageError(f"{named} don't go together ({error}): give one set of files.") from error
    return security


def workers_of(client: Any, address: str) -> list[str]:
    """The cluster's workers; UsageError unless there is one, and all of them measure as we do."""
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError:
        raise UsageError(
            f"The cluster at {address} has no workers: start one as README says under Settings, and ask again."
        ) from None
    try:
        client.run_on_scheduler(own_fingerprint)  # it reads what is sent to workers
        found = client.run(own_fingerprint, on_error="return")
    except Exception as error:  # whatever a stranger's worker answers
        raise UsageError(_cant_measure(address, error)) from error
    for worker, answer in found.items():
        if isinstance(answer, BaseException):
            raise UsageError(_cant_measure(worker, answer))
        if answer != fingerprint():
            raise UsageError(other_version(worker, answer, fingerprint()))
    if not found:
        raise EngineError(f"The workers at {address} ended just now: ask again.")
    return list(found)


def _cant_measure(place: str, error: BaseException) -> str:
    reason = reason_of(error).rstrip(".")
    return (
        f"The cluster can't measure, for at {place} something is missing ({reason}): start its scheduler and its "
        "workers in this project's folder and with its Python, as README says under Settings."
    )


def _tls_file(variable: str) -> str:
    """A file's path; it is read once, so that Dask need not fail at it."""
    path = os.environ.get(variable, "").strip()
    if not path:
        raise UsageError(
            f"{variable} is not set: a tls:// scheduler needs files in COMPACT_TLS_CA, COMPACT_TLS_CERT and "
            "COMPACT_TLS_KEY."
        )
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{variable}={path} can't be read ({error.strerror}): name a file in PEM format."
        ) from None
    return path
