"""The Flower app of the server: the SuperLink starts it for each run. Settings are those in `app/pyproject.toml`."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from flwr.app import Context
from flwr.serverapp import Grid, ServerApp

from compression import artifact
from compression.errors import LabError
from compression.federation.coordinator import Coordinator
from compression.federation.flower_link import FlowerLink
from compression.federation.prepared import prepared
from compression.federation.terms import Terms
from compression.files import write_named
from compression.recipe import Recipe
from compression.techniques.federated.federate import learned

app = ServerApp()


class Sentences(logging.Filter):
    """What a user can understand is a sentence, without the traceback that Flower adds."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, LabError):
            record.msg, record.args, record.exc_info = str(error), (), None
        return True


logging.getLogger("flwr").addFilter(Sentences())


@app.main()
def main(grid: Grid, context: Context) -> None:
    """Gather the clients, play all rounds, and write the model that was best on validation."""
    asked = context.run_config
    terms = Terms(Recipe.build(str(asked["model"]), [str(asked["step"])], int(asked["seed"])))
    simulation, given = prepared(terms)
    clients = len(simulation.clients.parts)
    link = FlowerLink(grid, terms, clients=clients, timeout_s=float(asked["round-seconds"]))
    examples = link.gather(float(asked["wait-seconds"]))
    Coordinator(simulation, link, examples).run()
    file = Path(str(asked["output"]))
    packed = artifact.pack(learned(simulation, given).folded, terms.recipe)
    write_named(file, packed.data)
    history = json.dumps(simulation.history.as_json(), indent=1).encode()
    write_named(file.with_name(f"{file.name}.rounds.json"), history)
    link.say(f"Wrote {file} and its rounds.")
