"""How do I make others believe it? A decision as a memo, and all points as a site."""

from pages.parts.shell.share_page import share_page

share_page()
