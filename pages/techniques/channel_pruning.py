"""How small, and how much faster, does a model get when whole channels are removed?"""

from compression.techniques.channels.knobs import PruneChannels
from pages.parts.shell.technique_page import technique_page

technique_page(PruneChannels)
