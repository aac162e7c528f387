"""Writes `opacus_figures.csv`, what Opacus' own accountant says: run it where Opacus is installed, which is not here.

`pip install torch==2.13.0 opacus==1.6.0`, then `python -m tests.techniques.federated.opacus_figures`.
"""

from __future__ import annotations

import csv
from pathlib import Path

FILE = Path(__file__).with_name("opacus_figures.csv")
HEAD = ("opacus", "noise", "share", "rounds", "delta", "epsilon")
SETTINGS = [
    (noise, share, rounds, delta)
    for noise in (0.1, 0.3, 0.5, 1.0, 2.0, 4.0)
    for share in (0.1, 0.5, 0.7, 1.0)
    for rounds, delta in ((1, 1e-5), (20, 1e-5), (200, 1e-3))
]


def epsilon_by_opacus(noise: float, share: float, rounds: int, delta: float) -> float:
    """What `RDPAccountant` says."""
    from opacus.accountants import RDPAccountant

    accountant = RDPAccountant()
    accountant.history = [(noise, share, rounds)]
    return float(accountant.get_epsilon(delta))


def main() -> None:
    import opacus

    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        for setting in SETTINGS:
            writer.writerow([opacus.__version__, *setting, f"{epsilon_by_opacus(*setting):.12g}"])


if __name__ == "__main__":
    main()
