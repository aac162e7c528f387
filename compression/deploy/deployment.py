"""What is shipped and timed: a model in one or more parts, each a file, and the links between them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from types import MappingProxyType

from compression.deploy.early_exits import EarlyExits
from compression.deploy.graph_digest import graph_digest
from compression.deploy.in_turn import in_turn
from compression.deploy.packed import pack_weights
from compression.deploy.runtime import open_session
from compression.deploy.runtimes import Session
from compression.encoding import NumberFormat


@dataclass(frozen=True)
class Part:
    """A model, or a slice of one, in the kernels it would run in, and what the recipe says it computes.

    ``loaded`` is the ONNX file with its weights as the runtime holds them, ``exact`` the one that computes exactly
    what the recipe describes, slowly if it has to: another file only where no kernel computes so.
    """

    loaded: bytes
    exact: bytes
    formats: Mapping[str, NumberFormat] = field(default_factory=lambda: MappingProxyType({}))
    """Of the weights that the file to ship stores in fewer bits than the runtime holds them in."""
    int8_operators: tuple[str, ...] = ()
    float_layers: tuple[str, ...] = ()
    """Layers that compute in floats beside the int8 ones."""
    reason: str = ""
    """Why it computes in floats although it was meant to round activations."""

    @cached_property
    def model(self) -> bytes:
        """The file to ship: packed weights give exactly those of ``loaded`` when it is opened."""
        return pack_weights(self.loaded, self.formats)

    @cached_property
    def exact_model(self) -> bytes:
        """The same of ``exact``: the file for whoever wants the accuracy that the recipe has."""
        return self.model if self.is_exact else pack_weights(self.exact, self.formats)

    @property
    def is_int8(self) -> bool:
        return bool(self.int8_operators)

    @property
    def is_exact(self) -> bool:
        return self.exact is self.loaded


@dataclass(frozen=True)
class Link:
    """The way from one part to the next: how long one example's activations are on it, and how many bytes they are."""

    latency_ms: float = 0.0
    bytes: int = 0


@dataclass(frozen=True)
class Deployment:
    """Parts that an example passes one after the other, and between any two of them a link.

    One part without a link, unless the model was cut. How it is cut changes where weights lie, never what they are.
    """

    parts: tuple[Part, ...]
    links: tuple[Link, ...] = ()
    side_by_side: tuple[int, ...] = ()
    """How many parts each stage has, which share a layer and are given the same; empty: one each."""
    devices: tuple[int, ...] = ()
    """The number of the device that holds each part, from 0; empty: each has its own."""

    threshold: float | None = None
    """With early exits: an example leaves at a stage that is surer than this of its own answer."""

    def __post_init__(self) -> None:
        stages = len(self.side_by_side or self.parts)
        if len(self.links) != stages - 1:
            raise ValueError(
                f"{stages} parts have {stages - 1} links between them, not {len(self.links)}."
            )
        if sum(self.side_by_side) not in (0, len(self.parts)):
            raise ValueError(
                f"{len(self.parts)} parts can't make up stages of {self.side_by_side}."
            )

    @cached_property
    def stages(self) -> tuple[tuple[Part, ...], ...]:
        """The parts in the order in which an example passes them, those that share a layer together."""
        left = iter(self.parts)
        return tuple(
            tuple(islice(left, count)) for count in self.side_by_side or (1,) * len(self.parts)
        )

    def by_device(self, amounts: Sequence[float]) -> tuple[float, ...]:
        """What each device has in all, of an amount for each part."""
        devices = self.devices or tuple(range(len(self.parts)))
        held = [0.0] * (1 + max(devices))
        for amount, device in zip(amounts, devices, strict=True):
            held[device] += amount
        return tuple(held)

    @property
    def is_int8(self) -> bool:
        """Whether some layers compute in 8-bit integers."""
        return any(part.is_int8 for part in self.parts)

    @property
    def is_exact(self) -> bool:
        """Whether what is shipped computes exactly what the recipe describes."""
        return all(part.is_exact for part in self.parts)

    @property
    def float_layers(self) -> tuple[str, ...]:
        return tuple(layer for part in self.parts for layer in part.float_layers)

    @property
    def reason(self) -> str:
        """Why it computes in floats although it was meant to round activations: the first part's that does."""
        return next((part.reason for part in self.parts if part.reason), "")

    @property
    def links_ms(self) -> float:
        """How long one example is on the way between parts."""
        return sum(link.latency_ms for link in self.links)

    @cached_property
    def graph(self) -> str:
        """What is timed, whatever its float weights: deployments of one graph and like links take the same time. With
        early exits whatever files at whatever threshold."""
        if self.threshold is not None:  # who leaves where hangs on all weights
            files = hashlib.sha256(b"".join(part.loaded for part in self.parts)).hexdigest()[:16]
            return f"{files}-{self.threshold:g}"
        return "-".join(graph_digest(part.loaded) for part in self.parts)

    def session(self, load: Callable[[bytes], Session] = open_session) -> Session:
        """The files to ship, each opened by ``load``, run in turn."""
        return self._run([[load(part.model) for part in stage] for stage in self.stages])

    def exact_session(self) -> Session:
        """What computes exactly what the recipe describes."""
        return self._run([[open_session(part.exact) for part in stage] for stage in self.stages])

    def _run(self, stages: list[list[Session]]) -> Session:
        return in_turn(stages) if self.threshold is None else EarlyExits(stages, self.threshold)
