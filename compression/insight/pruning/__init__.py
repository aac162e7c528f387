"""What can be asked of a model's weights before and after pruning."""
