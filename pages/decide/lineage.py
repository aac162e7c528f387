"""Which steps lead to which model, and what do they do together?"""

from pages.parts.compare.lineage_page import lineage_page

lineage_page()
