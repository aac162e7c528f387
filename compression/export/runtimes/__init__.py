"""The runtimes a deployed ONNX file can be run in here: ONNX Runtime, and others where they are installed.

Free of PyTorch and of the runtimes themselves until one is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Protocol

from compression.errors import UsageError, unknown


class Tensor(Protocol):
    """An input or an output of a session, by its name."""

    @property
    def name(self) -> str: ...


class Session(Protocol):
    """A loaded file, ready to be run on one thread: what ONNX Runtime's own sessions offer."""

    def get_inputs(self) -> Sequence[Tensor]: ...

    def get_outputs(self) -> Sequence[Tensor]: ...

    def run(self, outputs: Sequence[str] | None, feed: Mapping[str, Any]) -> list[Any]: ...


@dataclass(frozen=True)
class Runtime:
    """One runtime: its name, its package, and our module whose ``load`` opens an ONNX file in it."""

    id: str
    name: str
    package: str
    module: str

    @property
    def version(self) -> str | None:
        """The installed version; None where it is not installed. Nothing is imported for it."""
        if find_spec(self.package) is None:
            return None
        try:
            return version(self.package)
        except PackageNotFoundError:
            return "of unknown version"

    @property
    def reason(self) -> str:
        """Why it can't be used here, and what to do; empty where it can."""
        if self.version is not None:
            return ""
        return f"{self.name} is not installed: pip install {self.package}"

    def load(self, model: bytes) -> Session:
        """The file opened on one thread; UsageError where the runtime is not installed."""
        if self.reason:
            raise UsageError(f"{self.reason}.")
        session: Session = import_module(self.module).load(model)
        return session


RUNTIMES: dict[str, Runtime] = {
    runtime.id: runtime
    for runtime in (
        Runtime("onnxruntime", "ONNX Runtime", "onnxruntime", f"{__name__}.onnx_runtime"),
        Runtime("openvino", "OpenVINO", "openvino", f"{__name__}.openvino"),
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
