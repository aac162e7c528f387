"""What did we find? One large plot and one result at a time, for a room to see."""

from pages.parts.shell.presenting import present

present()
