"""A deployed graph cut into parts for several devices: where, at what cost, and the parts themselves."""
