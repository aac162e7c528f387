"""Distillation: what comes out, whatever went in."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from compression import artifact, pipeline
from compression.errors import ArtifactError, UsageError
from compression.models.compressed import Compressed, fold_batch_norm, weight_names
from compression.recipe import Recipe, parse_step
from compression.subjects import look_up
from compression.techniques.context import StepContext
from compression.techniques.distillation import answers
from compression.techniques.distillation.distill import distill, prepare
from compression.techniques.distillation.knobs import Distill
from compression.techniques.quantization.knobs import Quantize
from compression.training.checkpoints import Checkpoint
from compression.training.data import Training, TrainingData
from compression.training.progress import Progress
from tests.techniques.distillation.conftest import MODEL


def context(data: TrainingData, seed: int = 0, **means) -> StepContext:
    training = Training(lambda: data, **means)
    return StepContext(data.inputs[:32], seed, training, look_up(MODEL).trained_model)


def accuracy(compressed: Compressed, data: TrainingData) -> float:
    with torch.no_grad():
        right = compressed.module(data.validation_inputs).argmax(1) == data.validation_labels
    return right.float().mean().item()


def weights(compressed: Compressed) -> torch.Tensor:
    return torch.cat([p.detach().ravel() for p in compressed.module.parameters()])


@pytest.mark.parametrize("method", ["response", "dkd", "attention", "relational", "labels"])
def test_every_method_teaches(start, data, method: str) -> None:
    step = Distill(student="cnn-w4", method=method, labelled=0.5, epochs=4)
    student = distill(start, step, context(data))
    assert accuracy(student, data) > 0.6
    assert student.student == "cnn-w4"


def test_control_and_student_make_as_many_updates_from_the_same_start(start, data) -> None:
    step = Distill(student="mlp-w4", epochs=3)
    control = step.control()
    assert isinstance(control, Distill)
    taught, alone = (prepare(start, one, context(data, seed=5)) for one in (step, control))
    assert taught.plan == alone.plan
    assert len(taught.data.labels) == len(alone.data.labels)
    first, second = (torch.cat([p.ravel() for p in s.module.parameters()]) for s in (taught, alone))
    assert torch.equal(first, second)


def test_a_student_that_goes_on_keeps_its_zeros_and_gains(start, data) -> None:
    pruned = pipeline.technique(step := parse_step("prune:sparsity=0.9,repair=none"))(
        start, step, context(data)
    )
    again = Distill(student="previous", teacher="original", labelled=0.5, epochs=5)
    student = distill(pruned, again, context(data))
    before, after = fold_batch_norm(pruned), student
    for name in weight_names(after.module):
        was_zero = before.module.get_parameter(name) == 0
        assert bool((after.module.get_parameter(name)[was_zero] == 0).all())
    assert accuracy(student, data) > accuracy(before, data) + 0.05


def test_a_quantized_model_can_t_go_on_learning(start, data) -> None:
    quantized = pipeline.technique(step := Quantize(bits=4))(start, step, context(data))
    with pytest.raises(UsageError, match="put distill before quantize"):
        distill(quantized, Distill(student="previous"), context(data))


def test_born_again_is_the_models_own_architecture(start, data) -> None:
    student = distill(start, Distill(student="self", epochs=0.5), context(data))
    assert student.student == ""
    assert {n: p.shape for n, p in student.module.named_parameters()} == {
        n: p.shape for n, p in start.module.named_parameters()
    }


def test_a_killed_training_goes_on_to_the_same_student(start, data, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    step = Distill(student="mlp-w4", epochs=4)
    whole = distill(start, step, context(data, seed=2))

    class Killed(BaseException):
        pass

    def kill(progress: Progress) -> None:
        if progress.step > 0.6 * progress.steps:
            raise Killed

    kept = Checkpoint("one", tmp_path)
    with pytest.raises(Killed):
        distill(start, step, context(data, seed=2, checkpoint=kept, report=kill))
    answers._ANSWERS.forget()
    resumed = distill(start, step, context(data, seed=2, checkpoint=kept))
    assert torch.equal(weights(whole), weights(resumed))


def test_a_cancel_is_heard_while_the_teacher_is_asked(start, data, monkeypatch) -> None:
    monkeypatch.setattr("compression.training.throttle.REPORT_SECONDS", 0.0)
    told: list[Progress] = []

    def listen(progress: Progress) -> bool:
        told.append(progress)
        return progress.validation is not None or len(told) < 3

    student = distill(start, Distill(student="mlp-w4", epochs=50), context(data, report=listen))
    assert max(moment.step for moment in told) == 0
    assert student.student == "mlp-w4"


def test_without_labelled_images_it_is_refused(start, data) -> None:
    with pytest.raises(UsageError, match="needs labelled training images"):
        distill(start, Distill(), StepContext(data.inputs[:8], 0))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("distill:temperature=0", "temperature must be a number from 1 to 20"),
        ("distill:labelled=0", "labelled must be a number from 0.02 to 1"),
        ("distill:student=tree", "a student is written like cnn-w4"),
        ("distill:teacher=nobody", "a teacher is previous, original or one of"),
        ("distill:teacher=watch/gru+digits/cnn", "the same data set"),
        ("distill:method=labels,temperature=4", "temperature only counts with"),
    ],
)
def test_what_can_t_be_is_said_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_step(text)


@pytest.mark.parametrize(
    "steps",
    [
        ("distill:student=cnn-w4,epochs=0.5", "prune:sparsity=0.5", "quantize:bits=4"),
        ("distill:student=mlp-w4,epochs=0.5", "prune-channels:ratio=0.5", "quantize:bits=8"),
        ("distill:student=cnn-w8,epochs=0.5", "prune-channels:ratio=0.5", "quantize:bits=8"),
        ("distill:student=dscnn-w8,epochs=0.5", "prune-channels:ratio=0.5", "quantize:bits=8"),
        ("prune:sparsity=0.5", "distill:student=previous,teacher=original,epochs=0.5", "quantize"),
        ("quantize:bits=4,activations=8", "distill:student=dscnn-w4,epochs=0.5"),
    ],
    ids=lambda steps: " ".join(steps),
)
def test_chains_are_packed_and_come_back(steps: tuple[str, ...]) -> None:
    recipe = Recipe.build(MODEL, steps)
    compressed = pipeline.compress(look_up(recipe.model), recipe)
    reloaded, read = artifact.unpack(artifact.pack(compressed, recipe).data)
    inputs = torch.randn(8, 1, 8, 8)
    with torch.inference_mode():
        assert torch.equal(reloaded.module(inputs), compressed.module(inputs))
    assert (read, reloaded.student) == (recipe, compressed.student)


def test_a_file_with_a_student_that_is_none_is_refused() -> None:
    recipe = Recipe.build(MODEL, ["distill:student=mlp-w4,epochs=0.5"])
    compressed = replace(pipeline.compress(look_up(recipe.model), recipe), student="cnn-w4")
    with pytest.raises(ArtifactError):
        artifact.unpack(artifact.pack(compressed, recipe).data)
