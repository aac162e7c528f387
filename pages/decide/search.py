"""Was the search worth it, and what has it found? One run, replayed."""

from pages.parts.shell.page_title import page_title
from pages.parts.shell.search_page import show_search

page_title(
    "Search",
    "A run that chooses where to look, evaluation by evaluation: what it has found, what that is worth beside random "
    "search, and what it cost. It is told figures of the validation examples only.",
)
show_search()
