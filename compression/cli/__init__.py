"""The command line's words and tables, and what it knows of the machine."""
