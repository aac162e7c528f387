"""The runtimes a deployed model can be run in here: ONNX Runtime, and others where they are installed.

Free of PyTorch and of the runtimes themselves until one is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from compression.errors import UsageError, unknown

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

    from compression.models.compressed import ActivationFormat


class Port(Protocol):
    """An input or an output of a session, by its name."""

    @property
    def name(self) -> str: ...


class Session(Protocol):
    """A loaded file, ready to be run on one thread: what ONNX Runtime's own sessions offer."""

    def get_inputs(self) -> Sequence[Port]: ...

    def get_outputs(self) -> Sequence[Port]: ...

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]: ...


@dataclass(frozen=True)
class NamedPort:
    """A tensor of a session whose runtime has no names of its own, or gives them in another way."""

    name: str


@dataclass(frozen=True)
class Source:
    """What a runtime that converts modules itself is given: a model in evaluation mode with folded batch norms.

    Its weights lie on their grids already. Without ``scales`` it computes in floats; with them, in int8.
    """

    module: nn.Module
    images: np.ndarray[Any, np.dtype[np.float32]]
    """Calibration images [N, *input_shape], for whatever a runtime rounds beyond the inputs of the layers."""
    scales: Mapping[str, np.ndarray[Any, Any]] = field(default_factory=lambda: MappingProxyType({}))
    """The step of each weight's 8-bit integers, by parameter: float32 [rows or 1]."""
    activations: Mapping[str, ActivationFormat] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """The 8-bit format of each layer's input, by the layer's path."""


@dataclass(frozen=True)
class Runtime:
    """One runtime: its name, its pip package, and our module whose ``load`` opens a model in it.

    It takes an ONNX file, or the module itself as a Source. ``engine`` is the package whose version counts
    where the one to install only converts for it.
    """

    id: str
    name: str
    package: str
    module: str
    takes: Literal["onnx", "module"] = "onnx"
    engine: str = ""

    @property
    def version(self) -> str | None:
        """The installed version; None where it is not installed. Nothing is imported for it."""
        if find_spec(self.package.replace("-", "_")) is None:
            return None
        try:
            return version(self.engine or self.package)
        except PackageNotFoundError:
            return "of unknown version"

    @property
    def reason(self) -> str:
        """Why it can't be used here, and what to do; empty where it can."""
        if self.version is not None:
            return ""
        return f"{self.name} is not installed: pip install {self.package}"

    def load(self, model: bytes | Source) -> Session:
        """What it takes, opened on one thread; UsageError where the runtime is not installed."""
        if self.reason:
            raise UsageError(f"{self.reason}.")
        session: Session = import_module(self.module).load(model)
        return session


RUNTIMES: dict[str, Runtime] = {
    runtime.id: runtime
    for runtime in (
        Runtime("onnxruntime", "ONNX Runtime", "onnxruntime", f"{__name__}.onnx_runtime"),
        Runtime("openvino", "OpenVINO", "openvino", f"{__name__}.openvino"),
        Runtime("executorch", "ExecuTorch", "executorch", f"{__name__}.executorch", "module"),
        Runtime(
            "litert", "LiteRT", "litert-torch", f"{__name__}.litert", "module", "ai-edge-litert"
        ),
    )
}


def available() -> tuple[Runtime, ...]:
    """The runtimes that are installed, ours first."""
    return tuple(runtime for runtime in RUNTIMES.values() if not runtime.reason)


def runtime(runtime_id: str) -> Runtime:
    """A runtime by its id; UsageError where there is none."""
    if runtime_id not in RUNTIMES:
        raise unknown("runtime", runtime_id, RUNTIMES)
    return RUNTIMES[runtime_id]
