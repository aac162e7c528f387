"""What would you have guessed?"""

from pages.parts.learn.lesson_page import lesson_page

lesson_page()
