"""What can be asked about a model besides measuring it: one file per question. Worker side.

Each takes the model as a Subject, the question's other arguments as values, and returns what JSON can hold.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import Any

from compression.errors import UsageError, unknown
from compression.recipe import Recipe, recipe_from_dict

ANSWERS = {
    "weights": "compression.insight.quantization.weights:weights",
    "formats": "compression.insight.quantization.formats:formats",
    "sensitivity": "compression.insight.quantization.sensitivity:sensitivity",
    "layer_costs": "compression.insight.quantization.layer_costs:layer_costs",
    "layer_parts": "compression.insight.pruning.layer_parts:layer_parts",
    "layer_alone": "compression.insight.pruning.layer_parts:layer_alone",
    "group_parts": "compression.insight.channels.group_parts:group_parts",
    "group_alone": "compression.insight.channels.group_parts:group_alone",
    "runtimes": "compression.insight.runtimes:runtimes",
    "packed_file": "compression.insight.files:packed_file",
    "onnx_file": "compression.insight.files:onnx_file",
    "c_file": "compression.insight.c_program:c_file",
    "making": "compression.insight.making:making",
    "weight_ranking": "compression.insight.pruning.ranking:weight_ranking",
    "rankings_compared": "compression.insight.pruning.ranking_comparison:rankings_compared",
    "weight_matrix": "compression.insight.pruning.weight_matrix:weight_matrix",
    "pruned_matrix": "compression.insight.pruning.weight_matrix:pruned_matrix",
    "channel_ranking": "compression.insight.channels.ranking:channel_ranking",
    "channel_matrix": "compression.insight.channels.ranking:channel_matrix",
    "slicing_plan": "compression.insight.slicing.plan:slicing_plan",
    "slicing_exits": "compression.insight.slicing.exits:slicing_exits",
    "soft_labels": "compression.insight.distillation.soft_labels:soft_labels",
    "federated_clients": "compression.insight.federated.clients:federated_clients",
    "federated_rounds": "compression.insight.federated.rounds:federated_rounds",
    "federated_alone": "compression.insight.federated.alone:federated_alone",
    "federated_update": "compression.insight.federated.update:federated_update",
    "federated_leak": "compression.insight.federated.leak:federated_leak",
    "federated_promise": "compression.insight.federated.promise:federated_promise",
    "search_importance": "compression.insight.search.importance:search_importance",
    "search_proxies": "compression.insight.search.proxies:search_proxies",
    "agreement": "compression.insight.distillation.agreement:agreement",
    "robustness": "compression.insight.robustness.attacked:robustness",
    "attack_curve": "compression.insight.robustness.curve:attack_curve",
    "bad_inputs": "compression.insight.robustness.bad_inputs:bad_inputs",
    "changes": "compression.insight.representation.changes:changes",
    "guards": "compression.insight.representation.changes:guards",
}
"""Where each question is answered, as "module:function"; imported when it is first asked."""


def answer(question: str, arguments: Mapping[str, Any]) -> Any:
    """The answer to a question of ``ANSWERS``; UsageError where it can't be one.

    This is the door: names of models become Subjects here, and a recipe's JSON a Recipe.
    """
    if question not in ANSWERS:
        raise unknown("question", question, ANSWERS)
    function: Callable[..., Any] = resolve_name(ANSWERS[question])
    _check(question, function, arguments)
    from compression.subjects import look_up  # with torch: pages import from this package too

    values = dict(arguments)
    subject = look_up(values.pop("model"))
    if "teachers" in values:
        values["teachers"] = [look_up(name) for name in values["teachers"]]
    for name in ("recipe", "beside"):
        if name in values:
            values[name] = _recipe_for(subject.card.id, values[name])
    return function(subject, **values)


def _recipe_for(model: str, data: Mapping[str, Any]) -> Recipe:
    recipe = recipe_from_dict(data)
    if recipe.model != model:
        raise UsageError(f"The recipe is for {recipe.model}, not for {model}: name one model.")
    return recipe


def _check(question: str, function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """UsageError unless these are the model and what else the function takes."""
    _, *others = inspect.signature(function).parameters.values()
    takes = ["model", *(each.name for each in others)]
    needs = ["model", *(each.name for each in others if each.default is each.empty)]
    if strange := [name for name in arguments if name not in takes]:
        raise UsageError(f"{question} takes {', '.join(takes)}: leave out {', '.join(strange)}.")
    if missing := [name for name in needs if name not in arguments]:
        raise UsageError(f"{question} can't be answered without {', '.join(missing)}: give that.")
