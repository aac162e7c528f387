"""What can be asked of a teacher and its student."""
