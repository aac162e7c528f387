"""What a search chooses by, of one recipe and in a tenth of a second: nothing is timed, no test example seen."""

from __future__ import annotations

from compression import artifact, pipeline
from compression.deploy.deploy import deploy
from compression.measure.accuracy import accuracy_of_onnx, measure_accuracy
from compression.measure.graph import read_graph
from compression.measure.products import products_of
from compression.recipe import Recipe
from compression.subjects import Subject


def glance(subject: Subject, recipe: Recipe, examples: int) -> tuple[float, int, int]:
    """Accuracy on the first ``examples`` validation examples, bytes of the packed file, multiply-accumulates.

    Nothing is exported where PyTorch says the same, which for a network that is asked once takes half as long.
    """
    compressed = pipeline.compress(subject, recipe, range_examples=pipeline.QUICK_RANGE_EXAMPLES)
    shown = subject.data.validation.take(slice(0, examples))
    products = products_of(compressed)
    if products is None:
        deployment = deploy(compressed)
        accuracy = accuracy_of_onnx(deployment.exact_session(), shown).value
        products = sum(read_graph(part.loaded).macs for part in deployment.parts)
    else:
        accuracy = measure_accuracy(compressed.module, shown).value
    assert accuracy is not None
    return accuracy, len(artifact.pack(compressed, recipe).data), products
