"""Keeps a trained model: weights as safetensors and figures in `zoo.json`, in one folder."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import torch
from safetensors.torch import save as packed

from compression.models.catalogue import model_card, weights_path
from compression.models.train import TrainingResult


def save(result: TrainingResult, folder: Path) -> Path:
    """Write the weights (fp32) and the model's entry in `zoo.json`; returns the weights' path.

    What is there is replaced, in one step: give `catalogue.WEIGHTS` to replace the project's own.
    """
    path = weights_path(result.model_id, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    weights = {name: value.contiguous() for name, value in result.model.state_dict().items()}
    metadata = {"model": result.model_id, "seed": str(result.seed)}
    partial.write_bytes(packed(weights, metadata=metadata))
    partial.replace(path)
    entries = folder / "zoo.json"
    zoo = json.loads(entries.read_text()) if entries.exists() else {}
    zoo[result.model_id] = figures(result)
    entries.write_text(json.dumps(dict(sorted(zoo.items())), indent=2) + "\n")
    return path


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
