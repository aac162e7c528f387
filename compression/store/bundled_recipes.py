"""Which points ship with the project: a sweep a line. Torch-free."""

from __future__ import annotations

from collections.abc import Mapping

SWEEPS: tuple[tuple[str, ...], ...] = (
    ("prune:sparsity=0..0.98",),
    ("prune-channels:ratio=0..0.9",),
    ("quantize:bits=1..16",),
    ("quantize:bits=2|3|4|8,method=nearest",),
    ("quantize:bits=2|4|8,per=tensor",),
    ("quantize:bits=2|4|6|8,activations=8",),
    ("quantize:format=codebook,bits=2|3|4",),
    ("quantize:format=float,exponent=2|4,mantissa=1|3",),
    ("quantize:format=float,exponent=5,mantissa=10",),
    ("quantize:format=float,exponent=2,mantissa=1,group=32,scales=power-of-two",),
    ("prune:sparsity=0.5|0.7|0.8|0.9,repair=none",),
    ("prune:sparsity=0.5|0.7|0.8", "quantize:bits=2|3|4"),
    ("prune-channels:ratio=0.3|0.5|0.7", "quantize:bits=2|3|4"),
    ("subnet:width1=0.25|0.5|1,width2=0.25|0.5|1",),
    ("subnet:stem=0.5,width1=0.25|0.5,width2=0.25|0.5,width3=0.25|0.5",),
    ("subnet:stem=0.25,width1=0.25,width2=0.25,width3=0.25,depth1=1|2,depth2=1|3,depth3=1|2",),
    ("subnet:depth1=1|2,depth2=1|3,depth3=1|2",),
    ("subnet:resolution=14",),
    ("subnet:stem=0.5,width1=0.5,width2=0.5,width3=0.5", "quantize:bits=2|3|4"),
    ("slice:stages=2..4",),
    ("slice:stages=2..4,objective=memory",),
    ("slice:stages=2,link_dtype=fp16|int8",),
    ("quantize:bits=4", "slice:stages=2"),
    ("federate",),
)
"""What is measured of every model that it fits and shipped with the project."""

TRAININGS: tuple[tuple[str, ...], ...] = (
    ("distill:temperature=1|2|4",),
    ("distill:method=labels",),
    ("federate:rounds=10,skew=0.5",),
)
"""The same, with each of ``SEEDS``."""

_EXITS = (
    ("slice:stages=3,exits=on,threshold=0.8|0.9|0.95",),
    ("slice:stages=3,exits=labels",),
)
_PEOPLE = (("federate:rounds=10,split=people",),)
_MESSAGES = (
    ("federate:rounds=10,skew=0.5,update=int4",),
    ("federate:rounds=10,skew=0.5,secure=on",),
)

SWEEPS_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "fashion-mnist/ds-cnn": (("slice:stages=2..4,costs=measured",),),
    **dict.fromkeys(("digits/mlp", "fashion-mnist/mlp", "fashion-mnist/lenet5"), _MESSAGES),
}
"""Besides of single models: other cuts by measured times than by modelled ones; other messages of clients."""

TRAININGS_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "fashion-mnist/resnet8": _EXITS,
    "fashion-mnist/ds-cnn": _EXITS,
    "watch/cnn1d": _PEOPLE,
    "watch/gru": _PEOPLE,
    "digits/mlp": (("federate:rounds=10,clients=100,split=iid,lr=0.5,batch=8,dp=1|2|4",),),
}
"""The same with each of ``SEEDS``: models deep enough for early exits to save much; the people who wore the watch,
clients by nature; noise, which needs many clients and a small network (rate and batch chosen on validation)."""

SEEDS = (0, 1, 2)

_TINY = "method=labels,labelled=1,trained_on=full,bits=1,views=erased"
_BY_LABELS = "quantize:bits=2,allocation=error,method=qat,epochs=8"
FRONTS: Mapping[str, tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]] = {
    "fashion-mnist/resnet8": (
        ((f"distill:student=plain-12-20-20-23,{_TINY},epochs=30",), (0,)),
        ((f"distill:student=plain-16-24x2-32x2-24,{_TINY},epochs=20",), (0, 1)),
        (("prune-channels:ratio=0.3", _BY_LABELS), SEEDS),
        ((_BY_LABELS,), SEEDS),
    ),
}
"""The best files of about 2, 5, 10 and 20 kB that were found on validation images, each with its seeds: the first two
take minutes of training on all images."""


def sweeps_of(model: str) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Steps and seeds of each sweep of a model."""
    plain = (*SWEEPS, *SWEEPS_OF.get(model, ()))
    trained = (*TRAININGS, *TRAININGS_OF.get(model, ()))
    by_seeds = [*((steps, (0,)) for steps in plain), *((steps, SEEDS) for steps in trained)]
    return [*by_seeds, *FRONTS.get(model, ())]
