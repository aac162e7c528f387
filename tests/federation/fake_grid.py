"""Run with Flower's Python: the server's link to nodes that answer as told, without any process of Flower's."""

from __future__ import annotations

import time
from collections.abc import Callable

from flwr.app import Error, Message, RecordDict
from flwr.supercore.task_identity import TaskIdentity

from compression.errors import LabError
from compression.federation import records
from compression.federation.flower_link import FlowerLink
from compression.federation.messages import Answer, Packet
from tests.federation.in_process import terms

Node = Callable[[Message], RecordDict | Error | None]
PACKET = Packet(True, (b"model",), 0)


class FakeGrid:
    """Nodes by number; one that returns None never answers."""

    def __init__(self, **nodes: Node) -> None:
        self.nodes = {int(name.strip("n")): node for name, node in nodes.items()}
        self._replies: dict[str, Message] = {}

    def get_node_ids(self) -> list[int]:
        return list(self.nodes)

    def push_messages(self, messages: list[Message]) -> list[str]:
        numbers = []
        for message in messages:
            number = f"{id(message)}-{time.monotonic_ns()}"
            message.metadata.__dict__["_message_id"] = number
            told = self.nodes[message.metadata.dst_node_id](message)
            if told is not None:
                self._replies[number] = Message(told, reply_to=message)
            numbers.append(number)
        return numbers

    def pull_messages(self, numbers: list[str]) -> list[Message]:
        return [self._replies.pop(number) for number in numbers if number in self._replies]


def client(number: int, answers: object = b"change", examples: int | None = None) -> Node:
    """A node that introduces itself, and answers each round with this."""

    def node(message: Message) -> RecordDict | Error | None:
        if message.metadata.message_type == "query":
            return records.written(
                client=number, examples=10 + number if examples is None else examples
            )
        return records.written(data=answers, loss=0.5) if isinstance(answers, bytes) else answers

    return node


def link(grid: FakeGrid, clients: int = 2) -> FlowerLink:
    return FlowerLink(grid, terms(), clients=clients, timeout_s=0.3)


def who_comes_is_known_by_its_number() -> None:
    assert link(FakeGrid(n7=client(1), n9=client(0))).gather(5) == {0: 10, 1: 11}


def who_is_missing_is_named_and_why_another_was_refused() -> None:
    other = records.written(failure="The server speaks protocol 2, this client 1.")
    try:
        link(FakeGrid(n7=client(0), n8=client(5), n9=lambda message: other)).gather(0.5)
    except LabError as error:
        assert "these had not come: 1." in str(error)
        assert "protocol 2" in str(error) and "There is no client 5" in str(error)
    else:
        raise AssertionError("nobody missed client 1")


def all_that_may_come_back_is_an_answer_a_sentence_or_nothing() -> None:
    strange = records.written(data="text", loss="much")
    grid = FakeGrid(
        n1=client(0), n2=client(1, None), n3=client(2, Error(1, "it broke")), n4=client(3, strange),
        n5=client(4, RecordDict()), n6=client(5, records.written(failure="No.")),
    )  # fmt: skip
    of = link(grid, 6)
    of.gather(5)
    answers = of.ask(dict.fromkeys(range(6), PACKET), 1)
    assert answers[0] == Answer(b"change", 0.5) and 1 not in answers
    assert answers[2] == "Flower says: it broke" and answers[5] == "No."
    assert (
        answers[3]
        == answers[4]
        == ("A message without data: is the other side this project, in the same version?")
    )


def a_device_that_comes_back_as_another_node_takes_its_place() -> None:
    grid = FakeGrid(n1=client(0), n2=client(1))
    of = link(grid)
    of.gather(5)
    del grid.nodes[2]
    assert of.ask({0: PACKET, 1: PACKET}, 1)[1] == "not connected."
    grid.nodes[3] = client(1)
    of.ask({0: PACKET, 1: PACKET}, 2)
    assert of.ask({0: PACKET, 1: PACKET}, 3)[1] == Answer(b"change", 0.5)


def a_second_device_of_a_number_waits_until_the_first_is_silent() -> None:
    grid = FakeGrid(n1=client(0), n2=client(1, b"first"))
    of = link(grid)
    of.gather(5)
    grid.nodes[3] = client(1, b"second")
    assert of.ask({1: PACKET}, 1)[1] == Answer(b"first", 0.5)
    grid.nodes[2] = client(1, None)
    assert 1 not in of.ask({1: PACKET}, 2)
    assert of.ask({1: PACKET}, 3)[1] == Answer(b"second", 0.5)


def who_would_count_against_the_others_is_refused() -> None:
    try:
        link(FakeGrid(n7=client(0), n8=client(1, examples=-5))).gather(0.5)
    except LabError as error:
        assert "Client 1 says that it has -5 examples" in str(error)
    else:
        raise AssertionError("a negative count was taken")


def who_does_not_say_who_it_is_is_asked_again() -> None:
    grid = FakeGrid(n1=client(0), n2=lambda message: None)
    of = link(grid)
    late = client(1)
    grid.nodes[2] = lambda message: grid.nodes.__setitem__(2, late)
    assert of.gather(5) == {0: 10, 1: 11}


CASES = (
    who_comes_is_known_by_its_number,
    who_is_missing_is_named_and_why_another_was_refused,
    all_that_may_come_back_is_an_answer_a_sentence_or_nothing,
    a_device_that_comes_back_as_another_node_takes_its_place,
    a_second_device_of_a_number_waits_until_the_first_is_silent,
    who_would_count_against_the_others_is_refused,
    who_does_not_say_who_it_is_is_asked_again,
)

if __name__ == "__main__":
    TaskIdentity.task_id = TaskIdentity.run_id = TaskIdentity.node_id = 1  # else no message can be
    for case in CASES:
        case()
        print("passed", case.__name__)
