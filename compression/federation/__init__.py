"""Federated learning on real devices: what `techniques/federated` simulates, carried by Flower. Its environment is its
own, `.venv-federated`; only `flower_client.py` and `flower_server.py` need Flower."""
