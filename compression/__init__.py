"""The engine behind Compact AI Lab, and its Python API in one screen.

    from compression import run, repeat, front, load
    from compression.recipe import sweep

    point = run("fashion-mnist/lenet5", ["quantize:bits=4"])
    three = repeat("fashion-mnist/lenet5", ["distill:student=cnn-w4"], seeds=[0, 1, 2])
    points = sweep("fashion-mnist/lenet5", ["quantize:bits=2..8"])
    best = front("fashion-mnist/lenet5", x="size_bytes")    # a list with to_frame(), and a picture in notebooks
    model = load("model.packed")

Importing this package loads nothing of it: gzip and bz2 import `compression` too, see below.
"""

from __future__ import annotations

from pkgutil import extend_path
from typing import TYPE_CHECKING, Any

# From Python 3.14 the standard library has a package of this name, which gzip, bz2 and lzma need.
# With our folder first on the path this line lets both live together; app.py cures the other order.
__path__ = extend_path(__path__, __name__)

__all__ = ["__version__", "front", "load", "repeat", "run", "sweep"]
__version__ = "0.6.0"

if TYPE_CHECKING:
    from compression.api import front, load, repeat, run, sweep


def __getattr__(name: str) -> Any:
    if name in __all__:
        from compression import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
