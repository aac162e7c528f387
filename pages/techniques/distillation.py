"""What can a small network learn from a large one?"""

from compression.techniques.distillation.knobs import Distill
from pages.parts.shell.technique_page import technique_page

technique_page(Distill)
