"""What differs between points of one model, and why the figures jump between two of them: pure and torch-free."""
