"""How many weights can go?"""

from compression.techniques.pruning.knobs import Prune
from pages.parts.shell.technique_page import technique_page

technique_page(Prune)
