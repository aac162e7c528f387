"""The other side of the engine: the local cluster's own process, and what its workers run.

Nothing is imported here: every worker process starts through this package.
"""
