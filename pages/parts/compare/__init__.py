"""The page Compare: a few points of one model beside each other, and why they differ."""
