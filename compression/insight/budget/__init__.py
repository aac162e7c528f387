"""What each layer's share of a budget costs, and how to spend it best."""
