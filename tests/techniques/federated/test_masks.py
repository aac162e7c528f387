"""Secure aggregation: the sum is exact, the server learns nothing else, and who vanishes or lies spoils nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from compression.errors import UsageError
from compression.recipe import parse_step
from compression.techniques.federated.fixed_point import FixedPoint, grid_for, reach_after
from compression.techniques.federated.key_agreement import KeyPair, seal, unseal
from compression.techniques.federated.layout import Layout
from compression.techniques.federated.masking_client import MaskingClient
from compression.techniques.federated.masking_server import MaskingServer
from compression.techniques.federated.secure_sum import secure_sum, threshold_of
from tests.techniques.federated.setting import original, play, simulation

LAYOUT = Layout(original().module)
UPDATES = ("fp32", "int8", "int4", "int2")


def grid(update: str, clients: int) -> FixedPoint:
    reach = torch.full((LAYOUT.learned,), 0.1) if update != "fp32" else torch.empty(0)
    return grid_for(LAYOUT, update, reach, clients)


def changes(clients: int) -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(clients)
    return [0.05 * torch.randn(LAYOUT.size, generator=random) for _ in range(clients)]


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("clients", [2, 5, 12])
def test_the_sum_is_exact_whoever_vanishes(update: str, clients: int) -> None:
    of = grid(update, clients)
    whole = [of.whole(change) for change in changes(clients)]
    staying = range(clients if clients == 2 else threshold_of(clients))
    found = secure_sum(range(clients), {n: whole[n] for n in staying}, of)
    assert torch.equal(found.total, sum(whole[n] for n in staying))


def test_floats_are_summed_to_the_grid() -> None:
    of, each = grid("fp32", 8), changes(8)
    found = secure_sum(range(8), {n: of.whole(change) for n, change in enumerate(each)}, of)
    assert (of.value(found.total) - sum(each)).abs().max() <= 8 * 2.0**-19 + 1e-6


@pytest.mark.parametrize("update", UPDATES)
def test_the_largest_that_all_can_send_fits_into_the_circle(update: str) -> None:
    of = grid(update, 7)
    for sign in (1.0, -1.0):
        most = of.whole(torch.full((LAYOUT.size,), sign * 1e6))
        assert torch.equal(secure_sum(range(7), dict.fromkeys(range(7), most), of).total, 7 * most)


@pytest.mark.parametrize("update", UPDATES)
def test_a_message_has_the_bits_of_its_circle_and_no_more(update: str) -> None:
    of = grid(update, 10)
    residues = of.residues(of.whole(changes(10)[0]))
    message = of.packed(residues)
    bits = {"fp32": 32, "int8": 12, "int4": 8, "int2": 5}[update]
    assert len(message) == of.length == -(-LAYOUT.size * bits // 8)
    assert np.array_equal(of.unpacked(message), residues)
    with pytest.raises(ValueError, match=r"^A masked message has \d+ bytes, not \d+\.$"):
        of.unpacked(message[:-1])


def masked_round(clients: int) -> tuple[list[MaskingClient], dict, FixedPoint]:
    of = grid("int4", clients)
    taking = [MaskingClient(number) for number in range(clients)]
    everybody = {client.number: client.hello() for client in taking}
    boxes = {c.number: c.share(everybody, threshold_of(clients)) for c in taking}
    for client in taking:
        client.take({n: boxes[n][client.number] for n in everybody if n != client.number})
    return taking, everybody, of


@pytest.mark.parametrize("seen", [[0], [3], [0, 1], [0, 2, 3]])
def test_any_but_all_of_the_masked_messages_look_like_chance(seen: list[int]) -> None:
    taking, _, of = masked_round(4)
    nothing = of.residues(torch.zeros(LAYOUT.size))
    total = sum(taking[n].masked(nothing, of.circle).astype(np.int64) for n in seen)
    places = total & of.circle
    assert places[:50].any()  # a message of zeros without masks would be zeros
    assert chisquare(np.bincount(places, minlength=int(of.circle[0]) + 1)).pvalue > 1e-6


def test_all_together_still_wear_their_own_masks_until_these_are_told() -> None:
    taking, everybody, of = masked_round(3)
    nothing = of.residues(torch.zeros(LAYOUT.size))
    server = MaskingServer(everybody, 2, of.circle, everybody)
    for client in taking:
        server.add(client.number, client.masked(nothing, of.circle))
    assert server._sum is not None and (server._sum & of.circle).any()
    told = {client.number: client.reveal(server.arrived) for client in taking}
    assert not server.unmask(told).any()


@pytest.mark.parametrize("liar", [0, 2, 4])
def test_a_client_that_lies_about_its_shares_is_found_out_and_spoils_nothing(liar: int) -> None:
    taking, everybody, of = masked_round(5)
    whole = [of.whole(change) for change in changes(5)]
    server = MaskingServer(everybody, 3, of.circle, everybody)
    for client in taking[:4] if liar != 4 else taking[1:]:
        residues = of.residues(whole[client.number])
        server.add(client.number, client.masked(residues, of.circle))
    told = {n: taking[n].reveal(server.arrived) for n in server.arrived}
    told[liar] = {about: bytes(len(share)) for about, share in told[liar].items()}
    total = of.signed(server.unmask(told))
    assert torch.equal(total, sum(whole[n] for n in server.arrived))
    assert server.liars == {liar}


def test_too_many_liars_and_too_few_clients_are_said_in_a_sentence() -> None:
    taking, everybody, of = masked_round(3)
    server = MaskingServer(everybody, 2, of.circle, everybody)
    server.add(0, taking[0].masked(of.residues(torch.zeros(LAYOUT.size)), of.circle))
    with pytest.raises(ValueError, match=r"^Only 1 of the 2 clients arrived .*\.$"):
        server.unmask({})
    server.add(1, taking[1].masked(of.residues(torch.zeros(LAYOUT.size)), of.circle))
    told = {n: taking[n].reveal(server.arrived) for n in server.arrived}
    with pytest.raises(ValueError, match=r"^1 of the 2 shares .*\.$"):
        server.unmask({0: told[0]})
    lies = {n: {about: bytes(33) for about in each} for n, each in told.items()}
    with pytest.raises(ValueError, match=r"^Too many of the shares are false.*\.$"):
        server.unmask(lies)


def test_no_secret_of_a_client_gets_into_a_log_that_says_who_it_is() -> None:
    clients = {number: MaskingClient(number) for number in range(3)}
    clients[0].share({number: each.hello() for number, each in clients.items()}, 2)
    secret = next(iter(vars(clients[0])["_boxes"].values()))
    assert repr(secret) not in repr(clients[0])
    assert repr(vars(clients[0])["_own"]) not in repr(clients[0])


def test_a_client_never_tells_both_shares_of_another() -> None:
    (first, *_), _, _ = masked_round(4)
    with pytest.raises(ValueError, match=r"^Client 0 tells its shares once.*\.$"):
        first.reveal([0, 1])
    first.reveal([0, 1, 2])
    with pytest.raises(ValueError, match=r"^Client 0 tells its shares once.*\.$"):
        first.reveal([0, 1, 3])


def test_a_sealed_box_is_read_by_its_two_clients_and_unchanged_alone() -> None:
    one, other, third = KeyPair(), KeyPair(), KeyPair()
    key = one.agreed(other.public, "seal")
    box = seal(key, b"shares", b"1 to 2")
    assert key == other.agreed(one.public, "seal") != other.agreed(one.public, "mask")
    assert unseal(key, box, b"1 to 2") == b"shares"
    for wrong, about in ((third.agreed(one.public, "seal"), b"1 to 2"), (key, b"2 to 1")):
        with pytest.raises(ValueError, match=r"^A sealed message was changed .*\.$"):
            unseal(wrong, box, about)


def test_a_reach_follows_the_mean_change_by_channel_and_none_is_left_without() -> None:
    mean = torch.zeros(LAYOUT.size)
    weight = LAYOUT.tensors(mean)[
        "0.weight" if "0.weight" in LAYOUT.shapes else LAYOUT.parameter_names[0]
    ]
    weight[0, 0], weight[1, 0] = 0.5, -0.2
    reached = LAYOUT.tensors(torch.cat([reach_after(LAYOUT, mean), mean[LAYOUT.learned :]]))
    reach = next(each for each in reached.values() if each.shape == weight.shape)
    assert float(reach[0, 3]) == 8.0 and float(reach[1, 3]) == pytest.approx(3.2)
    assert float(reach[2, 0]) == pytest.approx(0.8)


@pytest.mark.parametrize("update", UPDATES)
def test_masked_rounds_learn_what_plain_ones_learn(update: str) -> None:
    masked, plain = (
        play(simulation(secure=secure, update=update, rounds=4, split="iid"), 4)
        for secure in ("on", "off")
    )
    moved = plain.server.row - simulation(update=update, rounds=4, split="iid").server.row
    apart = torch.linalg.vector_norm(masked.server.row - plain.server.row)
    close = {"fp32": 1e-3, "int8": 0.05, "int4": 0.3, "int2": 1.0}[update]
    assert apart < close * torch.linalg.vector_norm(moved)
    rounds = masked.history.rounds, plain.history.rounds
    assert all(ours.bytes_up > theirs.bytes_up for ours, theirs in zip(*rounds, strict=True))
    assert sum(rounds[0][-1].up_by_client) == rounds[0][-1].bytes_up


def test_when_too_few_arrive_nothing_changes_and_the_round_says_so() -> None:
    of = simulation(dropouts=1.0, secure="on")
    before = of.server.row.clone()
    (latest,) = play(of).history.rounds
    assert torch.equal(of.server.row, before) and latest.taking_part == ()
    assert latest.note.startswith("0 of 4 clients' numbers arrived")
    assert latest.note.endswith("so this round changed nothing.") and latest.bytes_up > 0


def test_a_client_alone_in_its_round_is_not_read() -> None:
    (latest,) = play(simulation(clients=4, sample=0.1, secure="on")).history.rounds
    assert latest.note.startswith("Fewer than 2 clients") and latest.bytes_up == 0


@pytest.mark.parametrize(
    ("step", "word"),
    [
        ("federate:secure=on,clients=1", "clients from 2"),
        ("federate:secure=on,update=topk", "int4"),
        ("federate:secure=on,faulty=1", "faulty=0"),
        ("federate:secure=perhaps", "on"),
    ],
)
def test_what_masks_cannot_do_is_refused_in_a_sentence(step: str, word: str) -> None:
    with pytest.raises(UsageError, match=rf"^federate.*{word}.*\.$"):
        parse_step(step)
