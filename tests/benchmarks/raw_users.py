"""Users without browsers: websockets that move a slider and wait for the server's whole answer."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider

from tests.benchmarks.spread import Spread

RUNNING = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


def users(url: str, slider: str, *, count: int, moves: int, pause_s: float = 1.0) -> Spread:
    """Round trips of ``count`` users, each moving the slider once per ``pause_s``."""
    with ThreadPoolExecutor(1) as apart:  # Playwright's loop may be running in this thread
        asked = _all(url, slider, count, moves, pause_s)
        return Spread.of(apart.submit(asyncio.run, asked).result())


async def _all(url: str, slider: str, count: int, moves: int, pause_s: float) -> list[float]:
    visits = [
        _visit(url, slider, moves, pause_s, wait=pause_s * number / count)
        for number in range(count)
    ]
    return [sample for samples in await asyncio.gather(*visits) for sample in samples]


async def _visit(url: str, slider: str, moves: int, pause_s: float, wait: float) -> list[float]:
    parts = urlsplit(url)
    address = f"ws://{parts.netloc}/_stcore/stream"
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=2**28) as socket:
        user = _User(socket, slider, parts.query, parts.path.strip("/"))
        await user.run()
        await asyncio.sleep(1.0 + wait)
        samples = []
        for _ in range(moves):
            due = time.perf_counter() + pause_s
            samples.append(await user.move())
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return samples


@dataclass
class _User:
    """One session as the browser would lead it: what it has seen, and what it answers."""

    socket: websockets.ClientConnection
    label: str
    query: str
    page: str
    page_hash: str = ""
    slider: Slider | None = None
    fragment: str = ""
    value: float = field(default=0.0)

    async def move(self) -> float:
        """Move the slider one step on; the time until the script has finished, in ms."""
        assert self.slider is not None, f"the page has no slider {self.label!r}"
        step = self.slider.step
        self.value = self.value + step if self.value + step <= self.slider.max else self.slider.min
        started = time.perf_counter()
        await self.run()
        return 1_000 * (time.perf_counter() - started)

    async def run(self) -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self.query, self.page
        state.page_script_hash, state.fragment_id = self.page_hash, self.fragment
        if self.slider is not None:
            widget = state.widget_states.widgets.add(id=self.slider.id)
            widget.double_array_value.data.append(self.value)
        await self.socket.send(message.SerializeToString())
        while not self._heard(ForwardMsg.FromString(await self.socket.recv())):
            pass

    def _heard(self, message: ForwardMsg) -> bool:
        kind = message.WhichOneof("type")
        assert not message.delta.new_element.HasField("exception"), (
            message.delta.new_element.exception
        )
        if kind == "new_session":
            self.page_hash = message.new_session.page_script_hash
        if kind == "delta" and message.delta.new_element.slider.label == self.label:
            found = message.delta.new_element.slider
            if self.slider is None:
                self.value = found.default[0]
            self.slider, self.fragment = found, message.delta.fragment_id
        return kind == "script_finished" and message.script_finished != RUNNING
