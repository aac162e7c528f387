"""What is saved of a training after each epoch, and how it is taken up again."""

from __future__ import annotations

import hashlib

from torch import Tensor

from compression.training.checkpoints import Checkpoint, Saved
from compression.training.run import Kept, Run


def saved(run: Run) -> Saved:
    """All it takes to go on; of a finished training only what is kept."""
    tensors = {f"kept.{name}": value for name, value in run.kept.state.items()}
    if not run.is_finished:
        tensors |= {f"module.{name}": value for name, value in run.module.state_dict().items()}
        for index, values in run.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in values.items()}
        if run.average is not None:
            tensors |= {f"average.{name}": v for name, v in run.average.state_dict().items()}
    facts = {
        "signature": _signature(run),
        "step": run.step,
        "kept": run.kept.validation,
        "kept_epoch": run.kept.epoch,
        "started": run.started,
        "validation": run.validation,
        "running_loss": run.running_loss,
        "first_loss": run.first_loss,
    }
    return Saved(tensors, facts)


def resume(run: Run, checkpoint: Checkpoint | None) -> bool:
    """Go on from a checkpoint; False if there is none, or none of this very training."""
    known = None if checkpoint is None else checkpoint.read()
    if known is None or known.facts.get("signature") != _signature(run):
        return False
    facts = known.facts
    run.step, run.started = int(facts["step"]), float(facts["started"])
    run.kept = Kept(known.part("kept"), float(facts["kept"]), int(facts["kept_epoch"]))
    run.validation = float(facts["validation"])
    run.running_loss, run.first_loss = float(facts["running_loss"]), float(facts["first_loss"])
    if not run.is_finished:
        _load_weights(run, known)
    return True


def _load_weights(run: Run, known: Saved) -> None:
    run.module.load_state_dict(known.part("module"))
    if run.average is not None:
        run.average.load_state_dict(known.part("average"))
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in known.part("optimizer").items():
        index, _, field = name.partition(".")
        state.setdefault(int(index), {})[field] = value
    groups = run.optimizer.state_dict()["param_groups"]
    run.optimizer.load_state_dict({"state": state, "param_groups": groups})


def _signature(run: Run) -> str:
    """Equal for equal trainings of equal modules."""
    shapes = [(name, list(value.shape)) for name, value in run.module.state_dict().items()]
    asked = repr((run.plan, run.seed, run.steps, len(run.data.labels), shapes))
    return hashlib.sha256(asked.encode()).hexdigest()
