"""A trained task's line to those who wait for it: progress goes out, and it stops once nobody listens.

Progress travels as a Dask event through the scheduler to every process that asked, on this machine or not.
"""

from __future__ import annotations

from dataclasses import asdict

from compression.training.progress import OnProgress, Progress, TrainingCancelled

TOPIC = "training"


def reporter(recipe_key: str) -> OnProgress:
    """Tells how far the current task's training is; raises TrainingCancelled where it is not wanted.

    Releasing the last future of a task that runs only marks it as cancelled on its worker: Dask can't
    interrupt a thread, so the task looks at its mark itself.
    """
    from distributed import get_worker

    worker = get_worker()
    task_key = worker.get_current_task()

    def report(progress: Progress) -> bool:
        task = worker.state.tasks.get(task_key)
        if task is None or task.state == "cancelled":
            raise TrainingCancelled("The training was cancelled.")
        worker.log_event(TOPIC, {"recipe": recipe_key, "progress": asdict(progress)})
        return True

    return report
