"""What differs between these points, and why?"""

from pages.parts.compare.page import compare_page

compare_page()
