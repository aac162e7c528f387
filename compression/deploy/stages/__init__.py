"""Stages of a sliced model at work: each in a process of its own, linked by ZeroMQ. Free of PyTorch and onnx."""
