"""Start the app on a port that is free, and in a browser where there is a screen (`make run`)."""

from __future__ import annotations

import os
import socket
import sys


def main(port: str) -> None:
    """Become the app's server, or say in one sentence why the port can't be had."""
    if not (port.isdecimal() and 1024 <= int(port) <= 65535):
        sys.exit(f"PORT={port} is not a port: choose 1024 to 65535, as in: make run PORT=8502")
    if not is_free(int(port)):
        another = int(port) + 1 if int(port) < 65535 else 8501
        sys.exit(f"Port {port} is taken: stop what uses it, or make run PORT={another}")
    options = {
        "server.port": port,
        "server.headless": "false" if has_screen() else "true",
        "server.showEmailPrompt": "false",  # else the first start waits for an address
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    print(f"Compact AI Lab opens at http://localhost:{port} (Ctrl+C stops it).", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", "app.py", *flags])


def is_free(port: int) -> bool:
    """Whether the server can listen on this port of the loopback address."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def has_screen() -> bool:
    """Whether a browser could open here, without a person having asked for none."""
    if os.environ.get("CI") or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "8501")
