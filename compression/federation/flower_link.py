"""The server's way to the devices: messages through Flower's grid, each with a time by which it must be answered."""

from __future__ import annotations

import time
from collections.abc import Mapping

from flwr.app import Message, RecordDict
from flwr.serverapp import Grid

from compression.errors import LabError
from compression.federation import records
from compression.federation.messages import Answer, Packet
from compression.federation.terms import Terms

POLL_S = 0.2
"""Between two looks for answers; a device takes seconds at least, since each message starts a process."""
GREETING_S = 60.0
"""For a device to say who it is; who doesn't is asked again."""


class FlowerLink:
    """Knows which node is which client; a device that comes back as another node takes its old place."""

    def __init__(self, grid: Grid, terms: Terms, *, clients: int, timeout_s: float) -> None:
        self._grid, self._terms = grid, terms.write()
        self._count, self._timeout_s = clients, timeout_s
        self._nodes: dict[int, int] = {}
        self._greeted: set[int] = set()
        self._spare: dict[int, int] = {}
        self._refused: dict[int, str] = {}

    def gather(self, wait_s: float) -> dict[int, int]:
        """How many examples each client has; LabError where they don't all come in time."""
        examples: dict[int, int] = {}
        deadline = time.monotonic() + wait_s
        while len(self._nodes) < self._count:
            examples |= self._meet()
            if time.monotonic() > deadline:
                missing = [str(c) for c in range(self._count) if c not in self._nodes]
                why = "".join(f" Refused was: {said}" for said in self._refused.values())
                raise LabError(
                    f"After {wait_s:g} s, of {self._count} clients these had not come: {', '.join(missing)}. Start "
                    f"a SuperNode for each, or ask for fewer clients.{why}"
                )
            time.sleep(POLL_S)
        return examples

    def ask(self, packets: Mapping[int, Packet], number: int) -> Mapping[int, Answer | str]:
        """Of those who are there; without the others, if they aren't back."""
        self._meet()
        online = set(self._grid.get_node_ids())
        for client in self._nodes:
            if self._nodes[client] not in online:
                self._replace_lost(client)
        there = {c: p for c, p in packets.items() if self._nodes[c] in online}
        contents = {
            self._nodes[client]: records.written(
                terms=self._terms,
                is_whole=packet.is_whole,
                pieces=list(packet.pieces),
                heard=packet.heard,
            )
            for client, packet in there.items()
        }
        replies = self._exchange("train", contents, number, self._timeout_s)
        gone = set(packets) - set(there)
        answers: dict[int, Answer | str] = dict.fromkeys(gone, "not connected.")
        for client in there:
            reply = replies.get(self._nodes[client])
            if reply is None:
                self._replace_lost(client)
            else:
                answers[client] = _answer(reply)
        return answers

    def say(self, sentence: str) -> None:
        print(sentence, flush=True)

    def _meet(self) -> dict[int, int]:
        """Ask new nodes who they are; the examples of those who are clients."""
        new = set(self._grid.get_node_ids()) - self._greeted
        self._greeted |= new
        greetings = dict.fromkeys(new, records.written(terms=self._terms))
        patience = min(GREETING_S, self._timeout_s)
        replies = self._exchange("query", greetings, 0, patience)
        self._greeted -= new - set(replies)
        examples: dict[int, int] = {}
        for node, reply in replies.items():
            try:
                hello = records.hello(_content(reply))
                if not 0 <= hello.client < self._count:
                    raise LabError(
                        f"There is no client {hello.client}, only 0 to {self._count - 1}."
                    )
                if hello.examples < 0:  # it would count against the others
                    raise LabError(
                        f"Client {hello.client} says that it has {hello.examples} examples."
                    )
            except LabError as error:
                self._refused[node] = str(error)
                self.say(f"A node was refused: {error}")
                continue
            if hello.client in self._nodes:
                self._spare[hello.client] = node
                self.say(f"Another client {hello.client} waits for the first one to go.")
                continue
            self._nodes[hello.client] = node
            examples[hello.client] = hello.examples
            self.say(f"Client {hello.client} is there, with {hello.examples} examples.")
        return examples

    def _replace_lost(self, client: int) -> None:
        """Who has not answered gives its place to another of the same number, as one that was started again."""
        if (node := self._spare.pop(client, None)) is not None:
            self._nodes[client] = node

    def _exchange(
        self, kind: str, contents: Mapping[int, RecordDict], number: int, timeout_s: float
    ) -> dict[int, Message]:
        """Replies by node, of those that came in time."""
        if not contents:
            return {}
        messages = [
            Message(content, node, kind, ttl=timeout_s, group_id=str(number))
            for node, content in contents.items()
        ]
        numbers = self._grid.push_messages(messages)
        waiting = {told: node for told, node in zip(numbers, contents, strict=True) if told}
        replies: dict[int, Message] = {}
        deadline = time.monotonic() + timeout_s
        while waiting and time.monotonic() < deadline:
            for reply in self._grid.pull_messages(list(waiting)):
                node = waiting.pop(reply.metadata.reply_to_message_id, None)
                if node is not None:
                    replies[node] = reply
            if waiting:
                time.sleep(POLL_S)
        return replies


def _content(reply: Message) -> RecordDict:
    """LabError where there is none, but a reason."""
    if reply.has_error():
        raise LabError(f"Flower says: {reply.error.reason}")
    if sentence := records.failure(reply.content):
        raise LabError(sentence)
    return reply.content


def _answer(reply: Message) -> Answer | str:
    try:
        return records.answer(_content(reply))
    except LabError as error:
        return str(error)
