"""The words of the panels Bytes and Privacy."""

from __future__ import annotations

from compression.point import Measurement
from pages.parts.panels.federated import bytes as sent
from pages.parts.panels.federated import energy, privacy

FORMATS = [
    {"name": "int8", "plain": 2692, "masked": 4925, "bits": 12},
    {"name": "topk", "plain": 652, "masked": None, "bits": None},
]
UPDATE = {
    "client": 1, "joining": 10, "numbers": 2410, "update": "int8", "secure": False, "besides": 1310,
    "formats": FORMATS,
}  # fmt: skip


def test_an_update_is_told_with_its_bytes_and_what_masks_cost() -> None:
    words = sent.describe(UPDATE)
    assert "2,410 changes, 2.69 kB as int8" in words and "with masks, 4.92 kB" in words
    assert "12 bits" in words and "1.31 kB more" in words and "sends them plainly" in words
    assert "plainly" not in sent.describe({**UPDATE, "secure": True})


def test_why_nothing_is_masked_is_told() -> None:
    alone = [{**FORMATS[0], "masked": None}]
    assert "nobody to hide among" in sent.describe({**UPDATE, "formats": alone})
    assert "other places" in sent.describe({**UPDATE, "update": "topk"})


def test_all_rounds_are_added_up() -> None:
    rounds = [{"bytes_up": 1500, "bytes_down": 500}, {"bytes_up": 1500, "bytes_down": 2500}]
    words = sent.describe_rounds({"rounds": rounds})
    assert "In 2 rounds clients sent 3 kB and got 3 kB." in words


def test_likeness_is_told_for_each_way_and_noise_in_lengths_of_the_update() -> None:
    found = {
        seen: {"likeness": value, "length": 0.5, "numbers": 10_000}
        for seen, value in (("plain", 0.97), ("noise", 0.312), ("masked", -0.1))
    }
    words = privacy.describe_leak(found, clip=1.0)
    assert all(f"**{each}**" in words for each in ("97 %", "31 %", "0 %"))
    assert "is noise 20x as long" in words


def test_a_promise_names_epsilon_delta_and_who_is_trusted() -> None:
    answer = {"epsilon": 12.3, "delta": 1e-5, "trainings": 2, "by_zeros": False}
    words = privacy.describe_promise(answer, 2.0)
    assert "2 times the clip" in words and "of 12.3**" in words and "1e-05" in words
    assert "the server adds the noise" in words and "**epsilon**: " in words
    assert "2 trainings" in words
    assert "nothing is promised" in privacy.describe_promise({**answer, "epsilon": None}, 0.0)
    without = {**answer, "epsilon": None, "by_zeros": True}
    assert "prune then" in privacy.describe_promise(without, 2.0)


def test_energy_is_three_answers_an_example_and_says_that_it_is_modelled() -> None:
    answer = Measurement(value=2.0, unit="mJ", how="modelled", note="2 W (a guess) x latency")
    joules = energy.spent([1000, 0, 500], answer)
    assert joules == [6.0, 0.0, 3.0]
    words = energy.describe(joules, answer)
    assert "Modelled" in words and "takes 9 J" in words and "3 to 6 J" in words and "2 W" in words
    assert "none has spent" in energy.describe([0.0, 0.0], answer)
