"""Names of an exported graph's nodes as the module that was exported would say them."""

from __future__ import annotations

from itertools import zip_longest


def path_in_module(node_name: str) -> list[str]:
    """``/blocks/blocks.0/attention/MatMul_1`` as ``blocks.0``, ``attention``, ``MatMul_1``; nothing of no name."""
    parts = [part for part in node_name.split("/") if part]
    return [
        part
        for part, after in zip_longest(parts, parts[1:], fillvalue="")
        if not after.startswith(f"{part}.")
    ]
