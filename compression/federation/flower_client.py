"""The Flower app of a device: a SuperNode starts it anew for each message. Settings come from ``--node-config``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flwr.app import Context, Message, RecordDict
from flwr.clientapp import ClientApp

from compression.errors import LabError, UsageError
from compression.federation import records
from compression.federation.device import Device
from compression.federation.terms import read
from datasets import DatasetError

app = ClientApp()


@app.query()
def introduce(message: Message, context: Context) -> Message:
    """Say who this is."""

    def told() -> RecordDict:
        hello = _device(message, context).hello()
        return records.written(client=hello.client, examples=hello.examples)

    return Message(_or_failure(told), reply_to=message)


@app.train()
def train(message: Message, context: Context) -> Message:
    """Learn one round."""

    def trained() -> RecordDict:
        device = _device(message, context)
        packet, memory = records.packet(message.content), records.memory(context.state)
        number = int(message.metadata.group_id)
        answer, kept = device.train(packet, number, memory)
        context.state = records.written(
            common=kept.common, left_out=kept.left_out, heard=kept.heard
        )
        return records.written(data=answer.data, loss=answer.loss)

    return Message(_or_failure(trained), reply_to=message)


def _device(message: Message, context: Context) -> Device:
    client, file = context.node_config.get("client"), context.node_config.get("examples")
    if not isinstance(client, int) or isinstance(client, bool):
        raise UsageError(
            "This device has no number: start it by python -m compression.federation supernode --client 0."
        )
    return Device(
        read(records.text(message.content, "terms")), client, Path(str(file)) if file else None
    )


def _or_failure(told: Callable[[], RecordDict]) -> RecordDict:
    try:
        return told()
    except (LabError, DatasetError) as error:
        return records.written(failure=str(error))
