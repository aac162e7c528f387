"""Who may import whom: the diagram of the rooms that can't go stale, and the length of a file."""

from __future__ import annotations

import subprocess
import sys
from fnmatch import fnmatchcase

import pytest

from tests.modules import OURS, ROOT, circles, imports, modules

LONGEST = 250

ASKED = (
    "advantages* errors engine engine.history point* recipe* store* devices* models.catalogue models.student_cards "
    "decide* techniques techniques.step techniques.*.knobs techniques.shared.by_layer techniques.shared.cost_table "
    "engine.run_cost compare* exchange* share* engine.under_way "
)
"""What pages may ask of `compression`; a test below proves that none of it loads torch."""

ROOMS = {
    "app": "compression pages.parts.shell.importing pages.parts.shell.serving pages.parts.shell.starting "
           "pages.parts.shell.navigation pages.parts.faces",
    "pages": "pages.parts.data pages.parts.compare.* pages.parts.form.* pages.parts.plots.* pages.parts.shell.* "
             "pages.parts.panels.points_table pages.parts.deciding pages.parts.learn.*",
    "pages.techniques": "techniques.*.knobs techniques.step pages.techniques.face",
    "pages.parts": f"{ASKED} pages.parts.plots.backgrounds pages.parts.plots.plot_points pages.techniques* "
                   "pages.parts.data pages.parts.form.limits pages.parts.shell.front_words",
    "pages.parts.form": f"{ASKED} pages.parts.form.* pages.parts.plots.* pages.techniques.face",
    "pages.parts.plots": "models.catalogue point* pages.parts.data pages.parts.plots.* pages.parts.shell.serving "
                         "pages.parts.shell.words pages.parts.faces pages.parts.form.glossary pages.parts.form.limits "
                         "pages.techniques.face",
    "pages.parts.jobs": f"{ASKED} pages.parts.data pages.parts.form.* pages.parts.jobs.* pages.parts.plots.* "
                        "pages.parts.shell.words",
    "pages.parts.shell": f"{ASKED} engine.early engine.open_files datasets pages.parts.* pages.techniques.face "
                         "lessons*",
    "pages.parts.compare": f"{ASKED} pages.parts.* pages.techniques.face",
    "pages.parts.learn": f"{ASKED} lessons* pages.parts.*",
    "pages.parts.panels": f"{ASKED} pages.parts.* pages.techniques.face",
    "pages.parts.panels.common": f"{ASKED} pages.parts.data pages.parts.shell.* pages.parts.panels.common.*",
    "pages.parts.panels.<family>": f"{ASKED} insight.budget.* insight.<family>.layer_bits pages.parts.data "
                                   "pages.parts.form.* pages.parts.jobs.* pages.parts.plots.* pages.parts.shell.* "
                                   "pages.parts.panels.common.* pages.parts.panels.budget.* "
                                   "pages.parts.panels.<family>.*",
    "compression": "api",
    "compression.__main__": "api bundling.* cli.* errors models.catalogue point* datasets",
    "compression.api": "artifact engine errors files insight.exports models* pipeline point* recipe* store* subjects "
                       "techniques.step training.progress datasets",
    "compression.bundling": "api bundling.* cli.console deploy.deploy deploy.graph_digest deploy.slicing.layer_times "
                            "errors files measure.answers measure.environment measure.work models models.catalogue "
                            "models.compressed pipeline point* recipe* store* subjects techniques.*.knobs datasets",
    "compression.bundling.lessons": "bundling.lessons.* deploy.deploy encoding.formats files insight.* lessons.made "
                                    "measure.answers models.compressed pipeline recipe subjects techniques.*",
    "compression.lessons": "devices* errors lessons* models.catalogue point* recipe store* techniques.search.knobs",
    "compression.pipeline": "artifact deploy.deploy deploy.kernel_note deploy.stage_files errors measure.* "
                            "models.compressed point recipe* store.artifacts subjects techniques.context "
                            "techniques.shared.* techniques.work training.* datasets",
    "compression.errors": "",
    "compression.files": "errors files.*",
    "compression.home": "files",
    "compression.cli": "api cli.* decide devices* deploy.runtimes deploy.stages.* errors home insight "
                       "models.catalogue point* recipe store techniques training.progress datasets share* "
                       "engine.run_cost exchange.* files recipe.sweep store.taking_in recipe* store* decide*",
    "compression.engine": "engine* errors files home models.catalogue point* recipe* store* training.progress",
    "compression.engine.worker": "engine.worker.* errors insight insight.search.glance pipeline recipe recipe.* "
                                 "subjects training.progress",
    "compression.insight": "deploy.c.* deploy.deploy deploy.deployment deploy.runtime deploy.runtimes errors "
                           "insight insight.* measure.making models.compressed pipeline recipe subjects",
    "compression.insight.budget": "errors insight.budget.* techniques.channels.price techniques.shared.budget "
                                  "techniques.shared.cost_table",
    "compression.insight.<family>": "artifact encoding* errors models* pipeline recipe subjects techniques.context "
                                    "techniques.shared.* techniques.<family>.* insight.<family>.*",
    "compression.federation": "artifact deploy.loopback errors federation.* files home models* recipe* "
                              "techniques.federated.* training.* datasets",
    "compression.store": "errors files home models.catalogue point recipe store*",
    "compression.compare": "compare* errors point point.* recipe techniques.step",
    "compression.exchange": "errors exchange* models.catalogue point recipe",
    "compression.devices": "devices* errors files home point* recipe",
    "compression.advantages": "advantages.* devices* errors models.catalogue point*",
    "compression.decide": "decide* devices* errors point* models.catalogue",
    "compression.share": "decide* devices* errors files lessons.site models.catalogue point* recipe* share* store "
                         "techniques techniques.step",
    "compression.point": "errors models.catalogue point* recipe recipe.goal",
    "compression.recipe": "errors models.catalogue recipe* techniques techniques.step",
    "compression.subjects": "deploy.* errors models* subjects.* training.data datasets",
    "compression.measure": "deploy.* errors measure.* models* point* recipe subjects datasets",
    "compression.artifact": "artifact* encoding* errors models* point recipe",
    "compression.deploy": "deploy.* encoding* errors files models*",
    "compression.deploy.slicing": "deploy.* encoding* errors files home models*",
    "compression.deploy.runtimes": "deploy.runtime deploy.runtimes* errors models.compressed",
    "compression.techniques": "errors models.catalogue models.compressed techniques.context techniques.step "
                              "techniques.*.knobs training.data",
    "compression.techniques.shared": "encoding.formats errors models.compressed techniques.context techniques.step "
                                     "techniques.shared.* training.*",
    "compression.techniques.<family>": "encoding* errors home models* techniques.context techniques.step "
                                       "techniques.shared.* techniques.<family>.* training.*",
    "compression.models": "encoding errors files models* training.* datasets*",
    "compression.models.zoo": "models.positive_norm models.student_cards models.subnets models.zoo.* datasets",
    "compression.encoding": "encoding* errors",
    "compression.training": "errors files home training.*",
    "datasets": "datasets* files home",
}  # fmt: skip
"""What each room may import of ours: `*` is what follows, names without a room of their own are of `compression`,
and <family> is the same word on both sides."""

MADE = "insight.made insight.pictures"

BESIDES = {
    "compression.insight.pruning": "techniques.channels.knobs",
    "compression.techniques.slicing": "deploy.deploy deploy.runtime deploy.slicing.exit_points deploy.slicing.heads",
    "compression.insight.slicing": "deploy.deploy deploy.deployment deploy.early_exits deploy.slicing.* "
    "deploy.stages.* measure.accuracy measure.graph",
    "compression.bundling": "insight.search.* models.train techniques training.loop training.processor",
    "compression.insight.robustness": f"{MADE} measure.accuracy measure.answers point datasets",
    "compression.insight.representation": f"{MADE} deploy.deploy measure.accuracy measure.answers point datasets",
    "compression.insight.distillation": "insight.pictures",
    "compression.insight.federated": "techniques.work",
    "compression.insight.channels": "insight.pruning.before_pruning insight.pruning.weight_matrix",
    "compression.insight.search": "techniques.work deploy.deploy measure.accuracy measure.graph measure.products",
    "pages.parts.panels.search": "models.subnets",
}
"""What a family takes from another besides."""

ONLY_IN = {
    "streamlit": ("app.", "pages."),
    "optuna": ("compression.recipe.proposals.",),
    "sqlalchemy": ("compression.store.",),
    "dask": ("compression.engine.",),
    "distributed": ("compression.engine.",),
    "flwr": ("compression.federation.", "tests.federation."),
    "pptx": ("compression.share.memo.", "tests.share."),
}
TORCH_FREE = f"{ASKED} __main__ cli.* engine* insight.budget.* lessons* training.progress pages.parts* datasets* "
TORCH_FREE += "pages.techniques*"
FILES = [file for folder in (*OURS, "tests") for file in sorted((ROOT / folder).rglob("*.py"))]


def room_of(module: str) -> str:
    """The folder of a module, or the closest one above that has a line; a module on top is a room of its own."""
    folder = modules()[module].parent.relative_to(ROOT)
    if folder.parts in ((), ("compression",)):
        return module
    room = ".".join(folder.parts)
    while room.count(".") and _line(room) is None and room.rpartition(".")[0] != "compression":
        room = room.rpartition(".")[0]
    return room


def _line(room: str) -> str | None:
    parent, _, family = room.rpartition(".")
    line = ROOMS.get(room, ROOMS.get(f"{parent}.<family>"))
    return None if line is None else line.replace("<family>", family)


def fits(module: str, patterns: str) -> bool:
    """Whether a module is one of the patterns, as ROOMS writes them."""
    return any(fnmatchcase(module, _full(pattern)) for pattern in patterns.split())


def _full(pattern: str) -> str:
    is_full = pattern.startswith(("datasets", "pages.")) or pattern == "compression"
    return pattern if is_full else f"compression.{pattern}"


def rooms() -> list[str]:
    return sorted({room_of(module) for module in modules()})


def inside(room: str) -> list[str]:
    return [module for module in modules() if room_of(module) == room]


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_what_the_design_lets_it(room: str) -> None:
    allowed = _line(room)
    assert allowed is not None, f"{room} has no line in ROOMS: say what it may import"
    strangers = [
        f"{module} imports {other}"
        for module in inside(room)
        for other in sorted(imports(module))
        if other.partition(".")[0] in (*OURS, "tests", "app")
        and not fits(other, f"{allowed} {BESIDES.get(room, '')}")
    ]
    assert strangers == []


@pytest.mark.parametrize("room", rooms())
def test_no_module_imports_itself_by_way_of_others(room: str) -> None:
    arrows = {module: set(imports(module) & set(modules())) for module in modules()}
    assert [circle for circle in circles(arrows) if set(circle) & set(inside(room))] == []


def test_no_room_imports_itself_by_way_of_others() -> None:
    arrows: dict[str, set[str]] = {}
    for module in modules():
        for other in imports(module) & set(modules()):
            here, there = (".".join(name.split(".")[:2]) for name in (module, other))
            if here != there:
                arrows.setdefault(here, set()).add(there)
    assert circles(arrows) == []


def test_circles_are_found() -> None:
    arrows = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": {"d", "f"}, "f": set()}
    assert circles(arrows) == [["a", "b", "c"], ["d", "e"]]


def test_compression_has_six_modules_on_top() -> None:
    files = {file.stem for file in (ROOT / "compression").glob("*.py")}
    assert files == {"__init__", "__main__", "api", "pipeline", "errors", "home"}


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_stays_in_its_room(library: str) -> None:
    strangers = [
        module
        for module in modules()
        if not f"{module}.".startswith(ONLY_IN[library])
        and any(other.partition(".")[0] == library for other in imports(module))
    ]
    assert strangers == []


def test_the_engine_never_imports_a_page() -> None:
    strangers = [
        f"{module} imports {other}"
        for module in modules()
        for other in imports(module)
        if module.startswith(("compression", "datasets")) and other.startswith(("pages", "app"))
    ]
    assert strangers == []


def test_only_the_shared_parts_of_pages_cache() -> None:
    strangers = [
        module
        for module, file in modules().items()
        if not module.startswith("pages.parts.") and "st.cache_" in file.read_text("utf-8")
    ]
    assert strangers == []


def test_asking_never_loads_torch() -> None:
    asking = [module for module in modules() if fits(module, TORCH_FREE)]
    code = f"import sys, {', '.join(asking)}\n" + (
        "heavy = ('torch', 'onnx', 'onnxruntime', 'sklearn', 'optuna', 'scipy')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")


def test_the_api_is_not_hidden_by_a_file_of_the_same_name() -> None:
    code = "import compression.recipe.sweep; from compression import front, load, run, sweep; print(sweep)"
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert printed.startswith("<function sweep")


@pytest.mark.parametrize("file", ["app.py", *(str(file.relative_to(ROOT)) for file in FILES)])
def test_a_file_is_one_idea_long(file: str) -> None:
    length = len((ROOT / file).read_text("utf-8").splitlines())
    assert length <= LONGEST, f"{file} has {length} lines: split it by ideas"
