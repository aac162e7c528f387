"""Training on labelled images, for whichever technique needs it: the loop, its plan, its checkpoints.

Nothing is imported here: the web process reads ``progress`` without loading torch.
"""
