"""What a search has learned, and what trivial predictors would have known."""
