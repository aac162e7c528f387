"""Search: small networks within a large one that was trained for all of them."""
