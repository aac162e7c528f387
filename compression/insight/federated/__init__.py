"""What can be asked of a federated training: who has what, and what happened in each round."""
