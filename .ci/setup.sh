#!/bin/sh
# Builds .venv and fills it; called by the Makefile from the project's folder.
#   setup.sh venv [PYTHON]     make .venv with the first suitable Python, or the one named
#   setup.sh install FILE      install a requirements file into .venv, torch first
#   setup.sh browser           fetch Playwright's Chromium where the system has none
#   setup.sh federated [PYTHON]    make .venv-federated and install requirements-federated.txt into it
#   setup.sh lock              renew requirements-lock.txt and requirements-federated-lock.txt
set -eu

NEEDED="Compact AI Lab needs Python 3.10 to 3.14"
CPU_INDEX=https://download.pytorch.org/whl/cpu
VENV=.venv
LOCK=requirements-lock.txt
OLDEST=10
PY=$VENV/bin/python

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }

suitable() {
    "$1" -c "import sys; sys.exit(not (3, $OLDEST) <= sys.version_info[:2] <= (3, 14))" 2>/dev/null
}

choose_python() {
    for python in python3 python3.13 python3.12 python3.11 python3.14 python3.10 python; do
        if suitable "$python"; then say "$python"; return; fi
    done
    fail "$NEEDED, and none was found (python3 is $(version_of python3 || say missing)): install" \
        "one, or name one, as in: make run PYTHON=/usr/local/bin/python3.12"
}

make_venv() {
    python=${1:-}
    if [ -n "$python" ]; then
        version=$(version_of "$python") || fail "There is no working Python called '$python':" \
            "name one that starts, as in: make run PYTHON=python3.12"
        suitable "$python" || fail "$NEEDED, but $python is $version: name another, as in:" \
            "make run PYTHON=python3.12"
        [ "$version" = "$(version_of "$PY")" ] && return
    else
        python=$(choose_python)
        version=$(version_of "$python")
    fi
    if [ "$(uname -s)-$(uname -m)" = Darwin-x86_64 ]; then
        fail "PyTorch 2.13 is not made for Intel Macs: use an Apple Mac with macOS 14, or Linux."
    fi
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "$python (Python $version) can't make" \
        "virtual environments: install its venv module (Debian and Ubuntu: sudo apt-get install" \
        "python3-venv) and try again."
    say "Building $VENV with Python $version."
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
}

pip_install() {
    quiet=-qq  # in a log, errors only
    [ -t 1 ] && quiet=
    $PY -m pip install --disable-pip-version-check $quiet -c "$LOCK" "$@" || fail \
        "Installing failed for the reason above: check the network and the free space, then run" \
        "the same command again; it goes on from here."
}

has_torch() {
    $PY -c 'import sys, importlib.metadata as m
sys.exit("torch==" + m.version("torch").split("+")[0] != sys.argv[1])' "$1" 2>/dev/null
}

has_nvidia_gpu() { command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q GPU; }

# A thread, since a name server that never answers outlasts any timeout of the socket.
cpu_index_answers() {
    $PY -c '
import os, sys, threading, urllib.request
answered = []
def ask():
    with urllib.request.urlopen(sys.argv[1] + "/torch/", timeout=3) as reply:
        answered.append(reply.status)
threading.excepthook = lambda _: None
asking = threading.Thread(target=ask, daemon=True)
asking.start()
asking.join(3)
os._exit(0 if answered else 1)' "$CPU_INDEX"
}

# torch before the rest, so that no other package asks for it first and brings a CUDA build along.
install_torch() {
    torch=$(sed -n 's/^\(torch==[0-9.]*\).*/\1/p' requirements.txt)
    if has_torch "$torch"; then return; fi
    if [ "$(uname -s)" != Linux ]; then
        say "Installing $torch from pip's ordinary index."
    elif has_nvidia_gpu; then
        say "Installing $torch with CUDA for the NVIDIA GPU, from pip's ordinary index."
    elif cpu_index_answers; then
        say "Installing $torch from PyTorch's CPU wheel index: no NVIDIA GPU was found."
        pip_install --extra-index-url "$CPU_INDEX" "$torch"
        return
    else
        say "Installing $torch from pip's ordinary index: PyTorch's CPU wheel index did not" \
            "answer within 3 s. This may be the CUDA build of several GB; it works without a GPU."
    fi
    pip_install "$torch"
}

install() {
    install_torch
    say "Installing what $1 asks for."
    pip_install -r "$1"
}

fetch_browser() {
    if $PY -c 'from compression.cli.machine import find_browser; raise SystemExit(not find_browser())'
    then return; fi
    say "No Chromium or Chrome was found: fetching Playwright's own for the browser tests."
    $PY -m playwright install chromium-headless-shell || say "It could not be had: browser tests" \
        "will be skipped. Install Chromium (Debian and Ubuntu: sudo apt-get install chromium)."
}

# An environment of its own: Flower wants older packages than the app. The stamp is for make.
federated() {
    VENV=.venv-federated
    LOCK=requirements-federated-lock.txt
    OLDEST=11
    NEEDED="Flower needs Python 3.11 to 3.14"
    PY=$VENV/bin/python
    if [ -n "${1:-}" ] || ! suitable "$PY"; then make_venv "${1:-}"; fi
    install requirements-federated.txt
    touch $VENV/.installed
}

# Without torch's own builds for CUDA: torch names those itself, exactly.
lock() {
    command -v uv >/dev/null || fail "make lock needs uv: python3 -m pip install uv"
    pin 3.10 requirements-lock.txt requirements.txt requirements-dev.txt
    pin 3.11 requirements-federated-lock.txt requirements-federated.txt
}

# pin OLDEST-PYTHON LOCK FILE...
pin() {
    oldest=$1
    file=$2
    shift 2
    pins=$(grep -hv '^-[cr]' "$@" | uv pip compile --universal \
        --python-version "$oldest" --no-build --quiet --no-header --no-annotate -)
    {
        say "# All that comes with $(say "$@" | sed "s, , and ,g"), Python $oldest to 3.14."
        say "# Made by \`make lock\`, never by hand."
        say "$pins" | grep -Ev '^(torch|triton|nvidia|cuda)[^a-z]'
    } >"$file"
}

case "${1:-}" in
    venv) make_venv "${2:-}" ;;
    install) install "$2" ;;
    browser) fetch_browser ;;
    federated) federated "${2:-}" ;;
    lock) lock ;;
    *) fail "setup.sh venv [PYTHON] | install FILE | browser | federated | lock" ;;
esac
