"""What ships with the project: measured like all the rest, and timed once more with nothing else going on."""
