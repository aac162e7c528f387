"""A compressed model as others run it: ONNX with float weights or with int8 kernels. Imports nothing heavy itself."""
