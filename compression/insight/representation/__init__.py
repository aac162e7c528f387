"""What compression changed inside a model, and in its answers, that accuracy doesn't tell."""
