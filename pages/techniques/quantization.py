"""What do fewer bits per weight cost?"""

from compression.techniques.quantization.knobs import Quantize
from pages.parts.shell.technique_page import technique_page

technique_page(Quantize)
