"""For `pytest -p tests.toy.plugin`: the toy's lines stand in the tables before any test is collected."""

from tests.toy.tables import add_engine_lines, add_page_lines

add_engine_lines()
add_page_lines()
