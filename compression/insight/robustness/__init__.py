"""How a model bears inputs that are made to mislead it, and inputs that are merely bad."""
