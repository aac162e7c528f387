"""Which hosts only this machine can reach: beyond them keys are asked for."""

from __future__ import annotations

import re

_LOOPBACK = re.compile(r"127\.\d+\.\d+\.\d+|localhost|\[::1\]")


def is_loopback_host(host: str) -> bool:
    """``host`` as in an address: a name, an IPv4 address, or an IPv6 address in brackets."""
    return bool(_LOOPBACK.fullmatch(host))
