"""A deployed model as one C99 header: weights, and a small program that needs nothing but the C library."""
