"""Our values as Flower's records and back. What comes in was written by a stranger: LabError where it is none."""

from __future__ import annotations

from typing import Any

from flwr.app import ConfigRecord, RecordDict

from compression.errors import LabError
from compression.federation.messages import Answer, Hello, Memory, Packet

NAME = "federation"
"""Of the one record that each message has."""


def written(**values: Any) -> RecordDict:
    """A message's content."""
    return RecordDict({NAME: ConfigRecord(values)})


def hello(content: RecordDict) -> Hello:
    return Hello(_value(content, "client", int), _value(content, "examples", int))


def packet(content: RecordDict) -> Packet:
    return Packet(
        is_whole=_value(content, "is_whole", bool),
        pieces=tuple(_value(content, "pieces", list)),
        heard=_value(content, "heard", int),
    )


def answer(content: RecordDict) -> Answer:
    return Answer(_value(content, "data", bytes), _value(content, "loss", float))


def memory(state: RecordDict) -> Memory | None:
    """What the device has kept; None before its first round."""
    if NAME not in state.config_records:
        return None
    return Memory(
        common=_value(state, "common", bytes),
        left_out=_value(state, "left_out", bytes),
        heard=_value(state, "heard", int),
    )


def text(content: RecordDict, name: str) -> str:
    return str(_value(content, name, str))


def failure(content: RecordDict) -> str | None:
    """The sentence in which the other side says why it can't; None where it can."""
    record = content.config_records.get(NAME, {})
    sentence = record.get("failure")
    return sentence[:500] if isinstance(sentence, str) else None


def _value(content: RecordDict, name: str, kind: type) -> Any:
    value = content.config_records.get(NAME, {}).get(name)
    if not isinstance(value, kind):
        raise LabError(
            f"A message without {name}: is the other side this project, in the same version?"
        )
    return value
