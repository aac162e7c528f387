"""The tree of a model's recipes: each step leads from one model to the next, whether that was measured or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from compression.point import Point
from compression.recipe import Recipe


@dataclass(frozen=True)
class Node:
    """One model of the tree, in the order of drawing: a parent stands before its children."""

    recipe: Recipe
    point: Point | None
    """None where only longer chains were measured."""
    depth: int
    parent: int
    """Its place in the list; -1 of the original."""
    hidden: int
    """Measured children that are left out."""

    @property
    def label(self) -> str:
        """What its last step does."""
        if not self.recipe.steps:
            return "original"
        seed = f" (seed {self.recipe.seed})" if self.recipe.seed else ""
        return f"{self.recipe.steps[-1].describe()}{seed}"


def tree(
    model: str, points: Iterable[Point], shown: Collection[str] | None = None
) -> tuple[Node, ...]:
    """All recipes that steps lead to, depth first; with ``shown`` only those of these keys, and what leads there."""
    by_key = {point.key: point for point in points}
    recipes: dict[str, Recipe] = {}
    for point in by_key.values():
        for recipe in ancestors(point.recipe):
            recipes.setdefault(recipe.key, recipe)
    kept = set(recipes)
    if shown is not None:
        kept = {one.key for key in shown if key in by_key for one in ancestors(by_key[key].recipe)}
    children: dict[str, list[Recipe]] = {}
    for recipe in recipes.values():
        if recipe.steps:
            children.setdefault(parent_of(recipe).key, []).append(recipe)
    for each in children.values():
        each.sort(key=lambda recipe: _place(recipe, by_key.get(recipe.key)))
    nodes: list[Node] = []
    _grow(Recipe(model=model), -1, nodes, children, by_key, kept)
    return tuple(nodes)


def ancestors(recipe: Recipe) -> tuple[Recipe, ...]:
    """From the original to the recipe itself."""
    lengths = range(len(recipe.steps) + 1)
    return tuple(_begin(recipe, length) for length in lengths)


def parent_of(recipe: Recipe) -> Recipe:
    return _begin(recipe, len(recipe.steps) - 1)


def _begin(recipe: Recipe, length: int) -> Recipe:
    """Its first steps; the original has no seed, for nothing in it is random."""
    seed = recipe.seed if length else 0
    return Recipe(model=recipe.model, steps=recipe.steps[:length], seed=seed)


def _grow(
    recipe: Recipe,
    parent: int,
    nodes: list[Node],
    children: dict[str, list[Recipe]],
    by_key: dict[str, Point],
    kept: set[str],
) -> None:
    below = children.get(recipe.key, [])
    shown = [child for child in below if child.key in kept]
    depth = 0 if parent < 0 else nodes[parent].depth + 1
    place = len(nodes)
    nodes.append(Node(recipe, by_key.get(recipe.key), depth, parent, len(below) - len(shown)))
    for child in shown:
        _grow(child, place, nodes, children, by_key, kept)


def _place(recipe: Recipe, point: Point | None) -> tuple[str, float, str]:
    """A technique's children together, the largest file first."""
    size = 0.0 if point is None else -(point.value("size_bytes") or 0.0)
    return recipe.steps[-1].technique, size, recipe.key


def path_to(nodes: Sequence[Node], key: str) -> tuple[int, ...]:
    """The places of a node and all above it, from the original on; empty where it isn't drawn."""
    at = next((n for n, node in enumerate(nodes) if node.recipe.key == key), -1)
    path: list[int] = []
    while at >= 0:
        path.append(at)
        at = nodes[at].parent
    return tuple(reversed(path))
