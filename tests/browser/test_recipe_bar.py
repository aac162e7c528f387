"""Any recipe, anywhere, in a real browser: from the recommended row to the page that has it in its form, and Back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from compression.artifact.packed_file import MAGIC
from compression.recipe import Recipe
from compression.store import bundled
from pages.parts.shell.opening import address_of
from pages.parts.shell.recommendation import recommendation
from tests.browser.live import Server
from tests.browser.plots_driver import place_of, press, wait_for_key, wait_until_drawn

MODEL, OTHER = "digits/cnn", "digits/mlp"


def settled(page: Any, key: str) -> None:
    wait_for_key(page, key)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def chips(page: Any) -> list[str]:
    return page.locator(".st-key-chip button").all_inner_texts()


def asked(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def heading(page: Any, name: str) -> None:
    page.get_by_role("heading", name=name, exact=True).wait_for()


def test_the_recommended_row_opens_with_its_whole_chain_and_back_returns(
    page: Any, lab_server: Server
) -> None:
    point = recommendation(list(bundled.points(MODEL).values()), {}, "size_bytes")
    assert point is not None and len(point.recipe.steps) > 1
    best = point.recipe
    page.goto(f"{lab_server.url}/trade-offs?model={MODEL}")
    wait_until_drawn(page)
    page.locator(".st-key-picked").get_by_text(best.describe(), exact=True).wait_for()
    page.get_by_role("link", name=re.compile("^Open ")).click()
    settled(page, best.key)
    last = best.steps[-1]
    heading(page, last.label)
    page.locator(".st-key-chip button").nth(len(best.steps) - 1).wait_for()  # after the plots
    said = chips(page)
    assert len(said) == len(best.steps) and last.label in said[-1]
    assert best.steps[0].describe() in said[0]
    page.go_back()
    heading(page, "Trade-offs")
    page.go_forward()
    settled(page, best.key)


def test_back_undoes_a_change_of_the_chain_and_of_the_model_but_not_of_a_knob(
    page: Any, lab_server: Server
) -> None:
    first, second = (Recipe.build(MODEL, [f"quantize:bits={bits}"]) for bits in (3, 5))
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&bits=3")
    settled(page, first.key)
    for _ in range(2):
        press(page, "Bits", "ArrowRight")
    settled(page, second.key)
    page.wait_for_url("**bits=5**")
    entries = page.evaluate("history.length")

    page.get_by_role("button", name="Add a step").click()
    page.get_by_role("button", name="Channel pruning", exact=True).click()
    page.wait_for_url("**chain=quantize_bits_5~prune-channels**")
    settled(page, Recipe.build(MODEL, ["quantize:bits=5", "prune-channels"]).key)
    page.get_by_role("button", name="Earlier").click()
    page.wait_for_url("**chain=prune-channels~quantize_bits_5**")
    chain = Recipe.build(MODEL, ["prune-channels", "quantize:bits=5"])
    settled(page, chain.key)
    assert page.evaluate("history.length") == entries + 2

    page.get_by_label("Model", exact=False).first.click()
    page.get_by_role("option").nth(0).click()
    settled(page, Recipe.build(OTHER, chain.steps).key)
    assert page.evaluate("history.length") == entries + 3
    page.go_back()
    settled(page, chain.key)
    page.go_back()
    settled(page, Recipe.build(MODEL, ["quantize:bits=5", "prune-channels"]).key)
    page.go_back()
    settled(page, second.key)
    assert "chain" not in asked(page) and asked(page)["bits"] == ["5"]
    page.go_forward()
    settled(page, Recipe.build(MODEL, ["quantize:bits=5", "prune-channels"]).key)


def test_a_chip_dragged_over_another_changes_places_with_it_and_a_click_still_chooses(
    page: Any, lab_server: Server
) -> None:
    face, parts = address_of(Recipe.build(MODEL, ["prune:sparsity=0.3", "quantize:bits=4"]))
    page.goto(f"{lab_server.url}/{face.address}?{urlencode(parts)}")
    first, last = (page.locator(".st-key-chip button").nth(place) for place in (0, 1))
    last.wait_for()
    wait_until_drawn(page)
    before = chips(page)
    here, there = last.bounding_box(), first.bounding_box()
    page.mouse.move(here["x"] + here["width"] / 2, here["y"] + 10)
    page.mouse.down()
    page.mouse.move(there["x"] + 4, there["y"] + 10, steps=8)
    page.mouse.up()
    page.wait_for_timeout(100)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    assert "Quantization" in chips(page)[0] and "Quantization" in before[1]
    page.locator(".st-key-chip button").nth(1).click()
    page.locator(".st-key-chip").get_by_text(
        "Pruning"
    ).wait_for()  # the one in the form is called by its technique


def test_a_click_on_another_techniques_point_opens_its_page_with_it(
    page: Any, lab_server: Server
) -> None:
    start = Recipe.build(MODEL, ["quantize:bits=3"])
    pruned = Recipe.build(MODEL, ["prune:sparsity=0.9"])
    page.goto(f"{lab_server.url}/quantization?model={MODEL}&bits=3")
    settled(page, start.key)
    page.mouse.click(*place_of(page, pruned.key))
    heading(page, "Pruning")
    settled(page, pruned.key)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.go_back()
    heading(page, "Quantization")
    settled(page, start.key)


def test_a_known_chains_slider_is_foreseen(page: Any, lab_server: Server) -> None:
    """The ring moves in the frame of the key press, before the server can have answered."""
    three, four = (
        Recipe.build(MODEL, ["prune-channels:ratio=0.3", f"quantize:bits={bits}"])
        for bits in (3, 4)
    )
    points = bundled.points(MODEL)
    assert {three.key, four.key} <= set(points)
    page.goto(
        f"{lab_server.url}/quantization?model={MODEL}&chain=prune-channels_ratio_0.3~quantize&bits=3"
    )
    settled(page, three.key)
    page.evaluate(
        """() => { const { lab } = document.querySelector('[data-plots]');
            const foresee = lab.foresee.bind(lab);
            lab.foresee = (mark, trail) => { lab.seen = mark.key; foresee(mark, trail); }; }"""
    )
    press(page, "Bits", "ArrowRight")
    settled(page, four.key)
    assert page.evaluate("document.querySelector('[data-plots]').lab.seen") == four.key


def test_a_recipe_is_taken_along_as_link_command_and_files(page: Any, lab_server: Server) -> None:
    page.goto(
        f"{lab_server.url}/quantization?model={MODEL}&chain=prune-channels_ratio_0.3~quantize&bits=3"
    )
    settled(page, Recipe.build(MODEL, ["prune-channels:ratio=0.3", "quantize:bits=3"]).key)
    page.get_by_role("button", name="Take along").click()
    panel = page.get_by_test_id("stPopoverBody")
    panel.get_by_text(f"{lab_server.url}/quantization?model=digits%2Fcnn&bits=3").wait_for()
    panel.get_by_text("--step prune-channels:ratio=0.3").wait_for()
    for name, ends in (("packed file", MAGIC), ("ONNX file", b"")):
        panel.get_by_role("button", name=f"Make the {name}").click()
        button = panel.get_by_role("button", name=re.compile(f"Download the {name}"))
        button.wait_for(timeout=60_000)
        with page.expect_download() as waiting:
            button.click()
        content = waiting.value.path().read_bytes()
        assert len(content) > 500
        assert content.startswith(ends)


def test_an_address_without_the_pages_technique_leads_to_the_page_that_has_it(
    page: Any, lab_server: Server
) -> None:
    steps = ["prune:sparsity=0.7", "prune-channels:ratio=0.3"]
    page.goto(
        f"{lab_server.url}/quantization?model={MODEL}&chain=prune_sparsity_0.7~prune-channels&ratio=0.3"
    )
    heading(page, "Channel pruning")
    settled(page, Recipe.build(MODEL, steps).key)
    page.wait_for_url(f"{lab_server.url}/channel-pruning?**")
    assert "page" not in asked(page) and asked(page)["ratio"] == ["0.3"]
