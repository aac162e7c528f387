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
    ("slice:stages=2..4",),
    ("slice:stages=2..4,objective=memory",),
    ("slice:stages=2,link_dtype=fp16|int8",),
    ("quantize:bits=4", "slice:stages=2"),
)
"""What is measured of every model and shipped with the project."""

TRAININGS: tuple[tuple[str, ...], ...] = (
    ("distill:temperature=1|2|4",),
    ("distill:method=labels",),
    ("federate:rounds=10,skew=0.5",),
)
"""The same, with each of ``SEEDS``."""

TRAININGS_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "watch/cnn1d": (("federate:rounds=10,split=people",),),
    "watch/gru": (("federate:rounds=10,split=people",),),
    "digits/mlp": (("federate:rounds=10,clients=100,split=iid,lr=0.5,batch=8,dp=1|2|4",),),
}
"""The same, of single models: the people who wore the watch are clients by nature; noise needs many clients and a small
network (rate and batch chosen on validation)."""

ONCE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = dict.fromkeys(
    ("digits/mlp", "fashion-mnist/mlp", "fashion-mnist/lenet5"),
    (("federate:rounds=10,skew=0.5,update=int4",), ("federate:rounds=10,skew=0.5,secure=on",)),
)
"""Trainings of single models with one seed."""

SEEDS = (0, 1, 2)
