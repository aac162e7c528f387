"""Training on labelled data, of the models themselves and within techniques: one loop, its plan, its checkpoints.

Nothing is imported here: the web process reads ``progress`` without loading torch.
"""
