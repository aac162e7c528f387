"""What have I asked for, and how far is it? All sweeps, also those of before a restart."""

from pages.parts.shell.page_title import page_title
from pages.parts.shell.runs_page import list_runs

page_title(
    "Runs",
    "Every sweep that was asked for here. What was measured stays, also of runs that are cancelled or deleted.",
)
list_runs()
