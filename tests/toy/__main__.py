"""The command line with the toy's lines in its tables."""

from compression.__main__ import main
from tests.toy.tables import add_engine_lines

add_engine_lines()
main()
