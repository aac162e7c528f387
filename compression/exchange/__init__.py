"""Points as tables that leave and come in: CSV, JSON and Parquet. What comes in is untrusted. Torch-free."""
