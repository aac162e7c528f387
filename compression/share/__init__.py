"""What is handed on: the points as a site of static files, and a decision as a memo. Torch-free."""
