"""What several families use: one pass over the layers, Gram statistics, budgets."""
