"""Which room may import what of ours: the tables that `tests/test_imports.py` holds the code to."""

from __future__ import annotations

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
