"""Where can I ship it? What fits on which device, what binds there, and what it takes in time, energy and carbon."""

from pages.parts.shell.deploy_page import deploy_page

deploy_page()
