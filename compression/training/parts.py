"""A training of several parts, one after the other, reported and saved as one."""

from __future__ import annotations

from dataclasses import replace

from compression.training.checkpoints import Checkpoint
from compression.training.data import Training
from compression.training.progress import Progress


def part(training: Training, number: int, count: int) -> Training:
    """The means of one of ``count`` equally long parts: each has a checkpoint of its own, and the progress that
    it reports is that of the whole."""

    def report(progress: Progress) -> bool | None:
        return training.report(_of_all(progress, number, count))

    kept = training.checkpoint
    own = None if kept is None else Checkpoint(f"{kept.path.stem}-{number}", kept.path.parent)
    return replace(training, report=report, checkpoint=own)


def _of_all(progress: Progress, number: int, count: int) -> Progress:
    left, to_do = progress.seconds_left, progress.steps - progress.step
    if left is not None and to_do:
        left *= 1 + (count - number - 1) * progress.steps / to_do
    elif number < count - 1:
        left = None  # between two parts
    return replace(
        progress,
        step=number * progress.steps + progress.step,
        steps=count * progress.steps,
        epoch=number * progress.epochs + progress.epoch,
        epochs=count * progress.epochs,
        seconds_left=left,
    )
