"""The memory walk on small graphs drawn by hand: sizes in bytes, one letter a tensor."""

from compression.measure.liveness import Activation, Operation, peak_bytes


def floats(name: str, elements: int) -> Activation:
    return Activation(name, elements, 4 * elements)


def bytes_of(name: str, elements: int) -> Activation:
    return Activation(name, elements, elements)


def peak(*steps: Operation, output: str) -> int:
    return peak_bytes(steps, inputs=[floats("x", 10)], outputs=[output])


def test_a_tensor_is_freed_after_its_last_reader():
    chain = (
        Operation("Conv", ("x",), (floats("a", 100),)),
        Operation("Conv", ("a",), (floats("b", 1),)),
        Operation("Conv", ("b",), (floats("c", 90),)),
    )
    assert peak(*chain, output="c") == 4 * (10 + 100)


def test_a_tensor_that_is_read_again_is_kept_meanwhile():
    skip = (
        Operation("Conv", ("x",), (floats("a", 100),)),
        Operation("Conv", ("a",), (floats("b", 50),)),
        Operation("Conv", ("b",), (floats("c", 50),)),
        Operation("Concat", ("a", "c"), (floats("d", 150),)),
    )
    assert peak(*skip, output="d") == 4 * (100 + 50 + 150)


def test_an_operation_may_not_write_over_what_a_view_still_shows():
    shared = (
        Operation("Conv", ("x",), (floats("a", 100),)),
        Operation("Reshape", ("a",), (floats("b", 100),)),
        Operation("Relu", ("a",), (floats("c", 100),)),
        Operation("Concat", ("b", "c"), (floats("d", 1),)),
    )
    assert peak(*shared, output="d") == 4 * (100 + 100 + 1)


def test_rounding_behind_an_activation_function_makes_the_tensor_bytes():
    quantized = (
        Operation("Conv", ("x",), (floats("a", 100),)),
        Operation("Relu", ("a",), (floats("b", 100),)),
        Operation("QuantizeLinear", ("b",), (bytes_of("c", 100),)),
        Operation("DequantizeLinear", ("c",), (floats("d", 100),)),
        Operation("Conv", ("d",), (floats("e", 5),)),
    )
    assert peak(*quantized, output="e") == 40 + 100


def test_a_float_that_somebody_else_reads_stays_a_float():
    both = (
        Operation("Conv", ("x",), (floats("a", 100),)),
        Operation("QuantizeLinear", ("a",), (bytes_of("b", 100),)),
        Operation("DequantizeLinear", ("b",), (floats("c", 100),)),
        Operation("Concat", ("a", "c"), (floats("d", 1),)),
    )
    assert peak(*both, output="d") == 400 + 100 + 4
