"""Messages: both sides read the same, the bytes are those of the bits, nothing is lost for good."""

from __future__ import annotations

import pytest
import torch

from compression.techniques.federated.exchange import Exchange
from compression.techniques.federated.knobs import Federate
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.messages import read, write
from tests.techniques.federated.setting import original

WAYS = ("fp32", "int8", "int4", "int2", "topk")
LAYOUT = Layout(original().module)
ROW = torch.randn(LAYOUT.size, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("update", WAYS)
def test_the_other_side_reads_what_the_sender_thinks(update: str) -> None:
    message = write(ROW, LAYOUT, Federate(update=update))
    assert torch.equal(read(message.data, LAYOUT, Federate(update=update)), message.row)
    assert torch.equal(message.row[LAYOUT.learned :], ROW[LAYOUT.learned :])


def test_nothing_to_say_is_said_as_well() -> None:
    message = write(torch.zeros(LAYOUT.size), LAYOUT, Federate(update="int4"))
    assert not message.row.any() and len(message.data) < 1000


@pytest.mark.parametrize(("update", "bits"), [("int8", 8), ("int4", 4), ("int2", 1.6)])
def test_a_number_takes_its_bits_and_each_channel_a_scale(update: str, bits: float) -> None:
    plain = len(write(ROW, LAYOUT, Federate()).data)
    assert plain == 4 * LAYOUT.size
    small = len(write(ROW, LAYOUT, Federate(update=update)).data)
    assert small < 1.35 * plain * bits / 32


def test_topk_sends_the_largest() -> None:
    row = write(ROW, LAYOUT, Federate(update="topk", keep=0.05)).row[: LAYOUT.learned]
    sent = row != 0
    assert int(sent.sum()) == round(0.05 * LAYOUT.learned)
    learned = ROW[: LAYOUT.learned]
    assert learned[sent].abs().min() >= learned[~sent].abs().max()


@pytest.mark.parametrize("update", WAYS[1:])
def test_what_is_left_out_comes_later(update: str) -> None:
    exchange = Exchange.begin(Federate(update=update), LAYOUT, torch.zeros(LAYOUT.size), 1)
    arrived = sum(exchange.up(0, ROW)[0] for _ in range(30))
    short = 30 * ROW - arrived
    assert torch.allclose(short, exchange.left_out[0], atol=1e-3)
    if update != "int2":
        assert short.abs().max() < 30 * ROW.abs().max() / 2


def test_whoever_missed_a_round_gets_its_changes_later() -> None:
    exchange = Exchange.begin(Federate(update="int4"), LAYOUT, torch.zeros(LAYOUT.size), 2)
    nothing = exchange.down(torch.zeros(LAYOUT.size), (0, 1))
    assert nothing == (0, 0)  # a new network follows from its seed
    (first,) = exchange.down(ROW, (0,))
    (second,) = exchange.down(2 * ROW, (0,))
    (late,) = exchange.down(2 * ROW + 1e-3, (1,))
    assert late > max(first, second) and late <= 4 * LAYOUT.size


def test_plain_messages_send_the_whole_model_each_time() -> None:
    exchange = Exchange.begin(Federate(), LAYOUT, ROW, 3)
    assert exchange.down(2 * ROW, (0, 2)) == (4 * LAYOUT.size, 4 * LAYOUT.size)
    assert torch.equal(exchange.common, 2 * ROW)
