"""Federated learning: one model learned by many clients whose data stay where they are."""
