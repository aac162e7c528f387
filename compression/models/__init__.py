"""The models: architectures from `catalogue.MODELS`, with trained weights for one data set each.

Light until a model is built: PyTorch is loaded then, not at import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from compression.errors import UsageError
from compression.models.catalogue import MODELS, ModelCard, model_card, weights_hash, weights_path
from compression.models.subnets import PREFIX, parse_subnet

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "MODELS",
    "ModelCard",
    "build",
    "load",
    "model_card",
    "untrained",
    "weights_hash",
    "weights_path",
]


def untrained(card: ModelCard, student: str = "") -> nn.Module:
    """A network whose weights are still to be set: inputs [N, *input_shape] in, logits [N, classes] out.

    Of that student's architecture or that sub-network's, of the model's own where none is named.
    """
    if student.startswith(PREFIX):
        from compression.models.zoo.supernet import SupernetMember

        if not card.is_supernet:
            raise UsageError(f"{card} is no supernet, so it has no sub-networks.")
        return SupernetMember(parse_subnet(student))
    if student:
        from compression.models.zoo.students import build_student

        return build_student(student, card.data)
    module, _, name = card.architecture.partition(":")
    return getattr(import_module(module), name)(**card.options)


def build(model_id: str) -> nn.Module:
    """A model by its name, untrained."""
    return untrained(model_card(model_id))


def load(model_id: str) -> nn.Module:
    """The trained model in evaluation mode: a fresh copy for each caller.

    Raises `ModelError` where its weights are missing or are not of this architecture.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from compression.models.catalogue import ModelError

    model, path = build(model_id), weights_path(model_id)
    try:
        model.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(
            f"The weights of {model_id} in {path} are missing or damaged; fetch the project's "
            f"files again or make them with: python -m compression train {model_id}"
        ) from error
    return model.eval()
