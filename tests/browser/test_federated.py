"""Federated learning in a real browser: clients before any training, rounds as they come, played step by step."""

from __future__ import annotations

from typing import Any

from tests.browser.live import Server

MODEL = "digits/mlp"


def open_clients(page: Any, server: Server, more: str = "") -> None:
    page.goto(f"{server.url}/federated?model={MODEL}&details=Clients{more}")
    page.locator(".fed-card").first.wait_for(timeout=120_000)
    page.wait_for_selector("[data-plots][data-pending='']", timeout=60_000)


def train(page: Any) -> None:
    page.get_by_role("button", name="Train this setting").click(timeout=60_000)


def test_clients_are_shown_before_any_training_and_follow_the_skew(
    page: Any, lab_server: Server
) -> None:
    open_clients(page, lab_server, "&clients=4&skew=0.05")
    cards = page.locator(".fed-card")
    assert cards.count() == 4
    assert not page.get_by_role("button", name="Step", exact=True).is_visible()  # no round to play
    sentence = page.get_by_text("Of an average client's examples")
    uneven = sentence.inner_text()
    first = cards.first.locator(".fed-histogram").get_attribute("aria-label")
    open_clients(page, lab_server, "&clients=4&skew=10")
    assert sentence.inner_text() != uneven
    assert cards.first.locator(".fed-histogram").get_attribute("aria-label") != first


def test_a_trained_setting_is_played_step_by_step_with_keys(page: Any, lab_server: Server) -> None:
    open_clients(page, lab_server, "&clients=5&skew=0.5&rounds=3&sample=0.6")
    train(page)
    step = page.get_by_role("button", name="Step", exact=True)
    step.wait_for(timeout=120_000)
    panel, words = page.locator(".fed"), page.locator(".fed-words")
    assert "sends its model to 3 clients" in words.inner_text()
    assert page.locator("[data-doing='gets']").count() == 3
    assert page.locator("[data-doing='rests']").count() == 2
    step.focus()
    for phase, doing in (("train", "trains"), ("return", "sends"), ("average", "counts")):
        page.keyboard.press("Enter")
        page.locator(f".fed[data-phase='{phase}']").wait_for()
        assert page.locator(f"[data-doing='{doing}']").count() == 3
    assert "The server averages the changes" in words.inner_text()
    page.keyboard.press("Enter")
    assert panel.get_attribute("data-round") == "2"
    slider = page.get_by_role("slider", name="Round", exact=True)
    slider.focus()
    page.keyboard.press("End")
    assert (panel.get_attribute("data-round"), panel.get_attribute("data-phase")) == (
        "3",
        "average",
    )
    assert step.is_disabled()
    # The tests' pages ask for reduced motion: nothing moves by itself.
    assert not page.get_by_role("button", name="Play", exact=True).is_visible()


def test_a_training_is_cancelled_and_the_page_says_so(page: Any, lab_server: Server) -> None:
    open_clients(page, lab_server, "&clients=20&rounds=200&local_epochs=10&batch=8")
    train(page)
    cancel = page.get_by_role("button", name="Cancel", exact=True)
    cancel.wait_for(timeout=60_000)
    cancel.click()
    cancel.wait_for(state="detached", timeout=60_000)
    page.get_by_role("button", name="Train this setting").wait_for(timeout=60_000)
