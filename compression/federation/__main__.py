"""Federated learning on real devices: ``python -m compression.federation``, in the environment of `make federated`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from compression.errors import LabError, UsageError
from compression.federation import launch
from compression.federation.reach import look
from compression.federation.run import Asked, register, run
from compression.home import home


def main(arguments: Sequence[str] | None = None) -> int:
    """A failure is one sentence on stderr: exit code 1, or 2 where the question was wrong."""
    asked = _parser().parse_args(arguments)
    try:
        asked.do(asked)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except OSError as error:
        print(f"The system refused: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _keys(asked: argparse.Namespace) -> None:
    from compression.federation.keys import make_keys

    make_keys(asked.folder, asked.host, asked.clients)
    print(
        f"Wrote {asked.folder}: copy ca.pem and client-N.key to the device of client N, and nothing else; "
        "the rest stays with the SuperLink."
    )


def _superlink(asked: argparse.Namespace) -> None:
    _become(launch.superlink(launch.address(asked.listen), asked.keys), "superlink")


def _supernode(asked: argparse.Namespace) -> None:
    if asked.examples is not None and not asked.examples.is_file():
        raise UsageError(
            f"There is no file {asked.examples}: name an .npz file with inputs and labels."
        )
    at = launch.address(asked.superlink)
    command = launch.supernode(at, asked.client, asked.examples, asked.keys)
    if not look(at, with_keys=asked.keys is not None):
        print(f"Nobody listens at {at} yet: waiting for a SuperLink.", file=sys.stderr, flush=True)
    _become(command, f"client-{asked.client}")


def _register(asked: argparse.Namespace) -> None:
    register(launch.address(asked.superlink), asked.keys)


def _run(asked: argparse.Namespace) -> None:
    run(
        Asked(
            model=asked.model,
            step=asked.step,
            seed=asked.seed,
            output=asked.output,
            wait_s=asked.wait_seconds,
            round_s=asked.round_seconds,
        ),
        launch.address(asked.superlink),
        asked.keys,
    )


def _become(command: list[str], name: str) -> None:
    """Go on as this program, which so gets all signals."""
    folder = home() / "flower" / name
    folder.mkdir(parents=True, exist_ok=True)
    os.execve(command[0], command, launch.environment(folder))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m compression.federation", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    keys = commands.add_parser("keys", help="make the keys of a federation")
    keys.add_argument("folder", type=Path, help="a new folder for them")
    keys.add_argument(
        "--host", required=True, help="how devices reach the SuperLink: its name or number"
    )
    keys.add_argument("--clients", type=int, default=2, help="how many clients there are")
    keys.set_defaults(do=_keys)

    link = commands.add_parser("superlink", help="be the server that devices connect to")
    link.add_argument("--listen", default="127.0.0.1:9091", help="HOST:PORT")
    link.add_argument("--keys", type=Path, help="the folder of keys, needed beyond this machine")
    link.set_defaults(do=_superlink)

    node = commands.add_parser("supernode", help="be a device: one client")
    _reach(node)
    node.add_argument("--client", type=int, required=True, help="its number, from 0")
    node.add_argument(
        "--examples",
        type=Path,
        help="its own, an .npz file with inputs and labels; else its part of the bundled ones",
    )
    node.set_defaults(do=_supernode)

    known = commands.add_parser("register", help="tell the SuperLink the clients' keys")
    _reach(known)
    known.set_defaults(do=_register)

    start = commands.add_parser("run", help="learn a model on the devices, and wait for it")
    _reach(start)
    start.add_argument("model", help="as in digits/mlp")
    start.add_argument("--step", required=True, help="as in federate:clients=2,rounds=5")
    start.add_argument("--seed", type=int, default=0)
    start.add_argument(
        "--output",
        type=Path,
        default=Path("learned.packed"),
        help="the file to write, on the SuperLink's machine",
    )
    start.add_argument("--wait-seconds", type=float, default=120, help="for all clients to come")
    start.add_argument(
        "--round-seconds", type=float, default=600, help="for their answers in a round"
    )
    start.set_defaults(do=_run)
    return parser


def _reach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--superlink", default="127.0.0.1:9091", help="HOST:PORT of the SuperLink")
    parser.add_argument("--keys", type=Path, help="the folder of keys, needed beyond this machine")


if __name__ == "__main__":
    sys.exit(main())
