"""The command ``runs``: every sweep and search that was asked for here, how far each is, and what it cost."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from compression.cli import console
from compression.cli.options import Json
from compression.engine.run_cost import cost_of
from compression.errors import LabError
from compression.recipe.sweep import Sweep
from compression.store import Store, SweepRecord


def runs(
    of: Annotated[str, typer.Option("--model", help="Only those of this model.")] = "",
    json: Json = False,
) -> None:
    """List the sweeps and searches asked for here, newest first: state, points, failures, and processor seconds."""
    store = Store.open()
    rows = [_row(store, record) for record in store.sweeps(of or None)]
    if json:
        console.show_document(rows)
    elif not rows:
        console.say("No runs yet: `sweep` starts one, and so do the pages.")
    else:
        console.show_rows([_short(row) for row in rows])


def _row(store: Store, record: SweepRecord) -> dict[str, Any]:
    cost = cost_of(store, record)
    created = datetime.fromtimestamp(record.created, timezone.utc)
    return {
        "key": record.key,
        "model": record.model,
        "name": record.name,
        **_asked(record),
        "state": record.state,
        "done": record.done,
        "failed": record.failed,
        "total": record.total,
        "message": record.message,
        "created": created.isoformat(timespec="seconds"),
        "cpu_seconds": None if not cost.points else round(cost.cpu_seconds, 1),
        "watt_hours": None if cost.watt_hours is None else round(cost.watt_hours, 4),
    }


def _asked(record: SweepRecord) -> dict[str, Any]:
    """What it varies and how; empty of one of another version."""
    try:
        sweep = Sweep.model_validate_json(record.body)
    except (ValidationError, LabError):
        return {"steps": [], "sampler": ""}
    return {"steps": list(sweep.steps), "sampler": sweep.sampler}


def _short(row: dict[str, Any]) -> dict[str, str]:
    cost = row["cpu_seconds"]
    return {
        "key": row["key"], "model": row["model"], "what": row["name"] or " then ".join(row["steps"]),
        "how": row["sampler"], "state": row["state"], "points": f"{row['done']} of {row['total']}",
        "failed": str(row["failed"] or ""), "asked": row["created"][:16].replace("T", " "),
        "processor": "" if cost is None else f"{cost:.0f} s",
    }  # fmt: skip
