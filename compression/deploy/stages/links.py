"""Sockets between stages: bounded, with time-outs, and encrypted as soon as they leave this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq
from zmq.auth.thread import ThreadAuthenticator

from compression.deploy.loopback import is_loopback_host
from compression.errors import UsageError

QUEUED = 4
"""Messages that wait on either side of a link: few, so that a slow stage is noticed and memory stays small."""

HEADER = 65_536
"""Bytes that a header or a handshake may have, however small the tensors are."""

_ADDRESS = re.compile(r"tcp://(?P<host>[A-Za-z0-9.*:\[\]_-]+):(?P<port>\d{1,5}|\*)")


@dataclass(frozen=True)
class Key:
    """The secret that all devices of a pipeline share: a CURVE key pair (elliptic curve 25519)."""

    public: bytes
    secret: bytes


def new_key(file: Path) -> Key:
    """A fresh key, in a file that only its owner can read; UsageError where there is one already."""
    public, secret = zmq.curve_keypair()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{file} is there already: name another file for the new key.") from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(public + b"\n" + secret + b"\n")
    return Key(public, secret)


def read_key(file: Path) -> Key:
    """The key in a file that ``new_key`` wrote; UsageError where it is none."""
    try:
        public, secret = file.read_bytes().split()
        if zmq.curve_public(secret) != public:
            raise ValueError
    except (OSError, ValueError, zmq.ZMQError):
        raise UsageError(f"{file} holds no key of a pipeline: make one with --new-key.") from None
    return Key(public, secret)


def endpoint(socket: zmq.Socket[Any]) -> str:
    """Where a socket listens, its port chosen."""
    told = socket.get(zmq.LAST_ENDPOINT)
    assert isinstance(told, bytes)
    return told.rstrip(b"\0").decode()


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach it."""
    return address.startswith("ipc://") or is_loopback_host(_parts(address)["host"])


def local_address(folder: Path, name: str) -> str:
    """For a link that stays on this machine: a socket in a folder that is ours alone, half as costly as TCP and out of
    other users' reach; a port of the loopback where the system has none."""
    path = str(folder / name)
    if zmq.has("ipc") and len(path.encode()) < 100:  # what the system allows for a socket's name
        return f"ipc://{path}"
    return "tcp://127.0.0.1:*"


def listening(
    context: zmq.Context[Any], address: str, *, key: Key | None, most_bytes: int
) -> zmq.Socket[Any]:
    """A socket that takes messages of at most so many bytes a frame; UsageError where it can't listen there.

    Whoever sends more is cut off by the socket itself, before any memory is taken for it.
    """
    if not is_loopback(address) and key is None:
        raise UsageError(
            f"{address} can be reached from other machines: give the pipeline's secret with --key FILE "
            "(--new-key FILE makes one), or listen on 127.0.0.1."
        )
    socket = context.socket(zmq.PULL)
    socket.set(zmq.LINGER, 0)
    socket.set(zmq.RCVHWM, QUEUED)
    socket.set(zmq.MAXMSGSIZE, max(most_bytes, HEADER))
    if key is not None:
        _admit_only(context, key)
        socket.curve_server = True
        socket.curve_publickey, socket.curve_secretkey = key.public, key.secret
    try:
        socket.bind(address)
    except zmq.ZMQError as error:
        socket.close()
        if error.errno == zmq.EADDRINUSE:
            raise UsageError(
                f"{address} is in use by another program: listen on another port."
            ) from None
        raise UsageError(
            f"Can't listen on {address}: {error.strerror}; name another address."
        ) from None
    return socket


def sending(
    context: zmq.Context[Any], address: str, *, key: Key | None, timeout_s: float
) -> zmq.Socket[Any]:
    """A socket to one next stage, which may start later or come back after it died."""
    if not is_loopback(address) and key is None:
        raise UsageError(
            f"{address} is another machine: give the pipeline's secret with --key FILE (--new-key FILE makes one)."
        )
    socket = context.socket(zmq.PUSH)
    socket.set(zmq.LINGER, 0)
    socket.set(zmq.SNDHWM, QUEUED)
    socket.set(zmq.SNDTIMEO, int(1000 * timeout_s))
    socket.set(zmq.RECONNECT_IVL, 20)
    # Nothing is kept for a stage that is away: what it missed is asked for again.
    socket.set(zmq.IMMEDIATE, 1)
    if key is not None:
        socket.curve_serverkey = key.public
        socket.curve_publickey, socket.curve_secretkey = key.public, key.secret
    socket.connect(address)
    return socket


def arrived(socket: zmq.Socket[Any], wait_ms: int) -> list[Any]:
    """The frames of the next message; none where nothing came for so long."""
    socket.set(zmq.RCVTIMEO, wait_ms)
    try:
        return [frame.buffer for frame in socket.recv_multipart(copy=False)]
    except zmq.Again:
        return []


def delivered(socket: zmq.Socket[Any], frames: Sequence[Any], *, copy: bool = True) -> bool:
    """Whether the next stage took a message before the socket's time-out."""
    try:
        socket.send_multipart(frames, copy=copy)
    except zmq.Again:
        return False
    return True


def _parts(address: str) -> re.Match[str]:
    found = _ADDRESS.fullmatch(address)
    if not found or (found["port"] != "*" and not 0 < int(found["port"]) < 65_536):
        raise UsageError(
            f"{address[:80]} is no address: write tcp://HOST:PORT, as in tcp://127.0.0.1:5701."
        )
    return found


_GUARDS: list[ThreadAuthenticator] = []
"""Kept as long as the process, for one that is forgotten stops admitting."""


def _admit_only(context: zmq.Context[Any], key: Key) -> None:
    """Only who holds the same secret may send: others are turned away while they connect."""

    class SameKey:
        def callback(self, domain: str, public: bytes) -> bool:
            return public == key.public

    guard = ThreadAuthenticator(context)
    _GUARDS.append(guard)
    guard.start()
    guard.configure_curve_callback("*", SameKey())
