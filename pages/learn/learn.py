"""Where do I learn what this is about?"""

from pages.parts.learn.overview import overview

overview()
