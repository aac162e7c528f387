"""Ours on weights that others have published, beside what they have published for these.

    git clone https://github.com/ICML2022-LBYL/LBYL2022
    COMPACT_PEER_WEIGHTS=LBYL2022 PEERS_TABLE=table.json python -m tests.benchmarks -k published_table

It takes half a minute.
"""

from __future__ import annotations

import pytest

from tests.benchmarks.conftest import Publish
from tests.benchmarks.published import ours
from tests.benchmarks.published.weights import FILE, PATH, published, weights_file


def test_published_weights(publish: Publish) -> None:
    file = weights_file()
    if file is None:
        pytest.skip(f"{PATH} names no folder with {FILE}: see README.md for how to get it")
    publish(ours.rows(published(file)))
