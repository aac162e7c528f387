"""What lessons show step by step and no point tells: computed once from the shipped weights, a file a picture."""
