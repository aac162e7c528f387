"""Keeps a trained model: weights as safetensors and figures in `zoo.json`, in one folder."""

from __future__ import annotations

import json
import logging
import platform
from pathlib import Path

import torch
from safetensors.torch import save as packed

from compression.files import alone_in, write
from compression.models.catalogue import model_card, weights_path
from compression.models.train import TrainingResult

log = logging.getLogger(__name__)


def save(result: TrainingResult, folder: Path) -> Path:
    """Write the weights (fp32) and the model's entry in `zoo.json`; returns the weights' path.

    What is there is replaced, in one step: give `catalogue.WEIGHTS` to replace the project's own.
    """
    path = weights_path(result.model_id, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: value.contiguous() for name, value in result.model.state_dict().items()}
    metadata = {"model": result.model_id, "seed": str(result.seed)}
    write(path, packed(weights, metadata=metadata))
    with alone_in(folder):  # two trainings may end at the same moment
        entries = folder / "zoo.json"
        zoo = {**_entries(entries), result.model_id: figures(result)}
        write(entries, (json.dumps(dict(sorted(zoo.items())), indent=2) + "\n").encode())
    return path


def _entries(file: Path) -> dict[str, object]:
    """What is in `zoo.json`; one that can't be read is kept under another name."""
    if not file.exists():
        return {}
    try:
        return dict(json.loads(file.read_text()))
    except (ValueError, TypeError):
        file.replace(file.with_suffix(".damaged"))
        log.warning("%s was damaged: it is %s.damaged now, and begun anew", file, file.stem)
        return {}


def figures(result: TrainingResult) -> dict[str, object]:
    """What the table of models shows of a training run."""
    return {
        "accuracy": result.accuracy,
        "n": result.test_count,
        "validation_accuracy": result.validation_accuracy,
        "parameters": result.parameters,
        "macs": model_card(result.model_id).macs,
        "epoch": result.epoch,
        "train_count": result.train_count,
        "train_wall_s": round(result.wall_s, 1),
        "train_cpu_s": round(result.cpu_s, 1),
        "seed": result.seed,
        "torch": torch.__version__,
        "processor": platform.machine(),
    }
