"""What can be asked about a model that is cut into stages."""
