"""The machine is named by what it says of itself."""

import platform

from compression.measure.environment import environment, processor_name


def test_the_environment_names_machine_python_and_runtimes():
    here = environment()
    assert here.machine == processor_name() != ""
    assert here.cores >= 1
    assert here.threads == 1
    assert here.python == platform.python_version()
    assert {"torch", "onnxruntime", "numpy"} <= set(here.versions)


def test_the_processor_is_read_from_cpuinfo(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Abacus 3000 @ 1 bead/s\n")
    assert processor_name(cpuinfo) == "Abacus 3000 @ 1 bead/s"


def test_without_cpuinfo_there_is_still_a_name(tmp_path):
    assert processor_name(tmp_path / "none")
